/** `djw` on a server: which connection it takes, and what it says when its session is killed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../harness/until';
import { temporaryFolder } from '../djwProcess';
import { withoutTls } from '../../harness/serverKind';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest(withoutTls);

const pipeline = `import * as dj from 'datajoint-workbench';
const schema = dj.schema('terminal');
@schema
export class Item extends dj.Lookup {
  static definition = 'item : int32';
  static contents = [[1], [2], [3]];
}
@schema
export class Slow extends dj.Computed {
  static definition = '-> Item';
  async make(key: dj.Key): Promise<void> {
    if (key['item'] === 2 && process.env['HANG'] === '1') {
      console.log('hanging');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    await this.insert1(key);
  }
}
`;

/** A connection to somewhere else, of which nothing may be taken. */
const elsewhere = JSON.stringify({
  database: { host: 'no-such-host.invalid', port: 1, user: 'nobody', password: 'of elsewhere', use_tls: true },
});

test('an environment that is the whole connection takes nothing of the folder, not even a password', async (context) => {
  await lab.server.sql("CREATE USER open@'127.0.0.1'; GRANT ALL ON terminal.* TO open@'127.0.0.1'");
  const folder = await temporaryFolder(context, { 'p.ts': pipeline, 'datajoint.json': elsewhere });
  const { host, port } = lab.spec;
  const account = {
    DJ_HOST: host,
    DJ_PORT: String(port),
    DJ_USER: 'open',
    DJ_PASS: '',
    DJ_USE_TLS: '',
    DJ_EMBEDDED_FILE: '',
  };
  const run = (...[args, env]: [string[], NodeJS.ProcessEnv]) => folder.start(args, env).finished;

  const whole = await run(['populate', 'Slow', '--reserve-jobs'], { ...account, DJW_CONNECTION: 'environment' });
  assert.deepEqual([whole.code, whole.err], [0, '']);
  assert.match(whole.out, /3 computed/);
  assert.equal(await lab.server.sql('SELECT COUNT(*) FROM terminal.__slow'), '3');

  const mixed = await run(['list'], account);
  assert.equal(mixed.code, 2);
  assert.match(mixed.err, /has no TLS/, 'without it the file fills in what the variables leave open');
  const alone = await run(['list'], {});
  assert.match(alone.err, /host no-such-host\.invalid is unknown/);
  const wrong = await run(['list'], { ...account, DJW_CONNECTION: 'something' });
  assert.match(wrong.err, /DJW_CONNECTION in the environment must be "environment"/);
  for (const { out, err } of [whole, mixed, alone, wrong]) assert.doesNotMatch(out + err, /of elsewhere/);
});

test('a populate whose session is killed says so, makes the rest, and leaves no session', async (context) => {
  await lab.server.sql('DROP DATABASE IF EXISTS terminal');
  const folder = await temporaryFolder(context, { 'p.ts': pipeline });
  const { port, user } = lab.spec;
  const running = folder.start(['populate', 'Slow', '--reserve-jobs', '--suppress-errors'], { ...lab.variables, HANG: '1' });
  await running.printed('hanging');
  const id = await lab.server.sql("SELECT connection_id FROM terminal.`~~slow` WHERE status = 'reserved' AND item = 2");
  assert.equal(await lab.server.sql(`SELECT user FROM information_schema.processlist WHERE id = ${id}`), user);
  await lab.server.sql(`KILL ${id}`);
  const { code, out, err } = await running.finished;
  assert.equal(code, 1);
  assert.match(out + err, new RegExp(`Session ${id} on worker@127\\.0\\.0\\.1:${port} was killed or cut off`));
  assert.match(out, /2 computed, 1 error/);
  assert.equal(await lab.server.sql('SELECT GROUP_CONCAT(item) FROM terminal.__slow'), '1,3');
  assert.equal(await lab.server.sql('SELECT CONCAT(item, status) FROM terminal.`~~slow`'), '2error');
  await until('no session is left', async () => (await lab.sessions()) === 0);
});

test('Ctrl-C stops what make() asks the server for ten minutes, and nothing stays behind', async (context) => {
  await lab.server.sql('DROP DATABASE IF EXISTS terminal');
  const hangs = pipeline.replace(/await new Promise.*;/, "await Item.restrict('SLEEP(600) = 0').count();");
  const folder = await temporaryFolder(context, { 'p.ts': hangs });
  const running = folder.start(['populate', 'Slow', '--reserve-jobs'], { ...lab.variables, HANG: '1' });
  const sleeping =
    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT%SLEEP(600)%' AND user = 'worker'";
  await until('the server works', async () => (await lab.server.sql(sleeping)) === '1');
  running.kill('SIGINT');
  const { code } = await running.finished;
  assert.equal(code, 130);
  const job = await lab.server.sql('SELECT status, error_message FROM terminal.`~~slow` WHERE item = 2');
  assert.equal(job, 'error\tKeyboardInterrupt');
  assert.equal(await lab.server.sql('SELECT GROUP_CONCAT(status) FROM terminal.`~~slow` WHERE item = 3'), 'pending');
  await until('no session is left', async () => (await lab.sessions()) === 0);
});

test('where the settings forbid it, djw declares nothing', async (context) => {
  await lab.server.sql('DROP DATABASE IF EXISTS terminal');
  const folder = await temporaryFolder(context, { 'p.ts': pipeline });
  const { code, err } = await folder.start(['populate', 'Slow'], { ...lab.variables, DJ_CREATE_TABLES: 'false' }).finished;
  assert.equal(code, 2);
  assert.match(err, /^djw: Item does not exist in the schema terminal, and the setting database\.create_tables/);
  assert.equal(await lab.server.sql("SHOW DATABASES LIKE 'terminal'"), '');
});
