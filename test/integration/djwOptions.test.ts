import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './djwProcess';

const enter = `import * as dj from 'datajoint-workbench';
const schema = dj.schema('options');
@schema class A extends dj.Manual { static readonly definition = 'a : int32'; }
@schema export class B extends dj.Computed {
  static readonly definition = '-> A\\n---\\nat : varchar(200)';
  async make(key: dj.Key) { await this.insert1({ ...key, at: (await dj.connection()).label }); }
}
const [what] = process.argv.slice(2);
await A.insert([{ a: 1 }, { a: 2 }, { a: 3 }], { skipDuplicates: true });
if (what === 'again') { await dj.disconnect(); process.chdir('elsewhere'); }
if (what === 'moved') { await dj.disconnect(); process.env['DJ_EMBEDDED_FILE'] = 'moved.db'; }
if (what === 'processes') await B.populate({ processes: 2 });
console.log(process.argv.slice(2).join(' '), await A.count(), await B.fetch('at'), (await dj.connection()).label);
`;

test('a program runs on the database that --database names, wherever the option stands, and stays there', async (context) => {
  const folder = await temporaryFolder(context, { 'enter.ts': enter, 'elsewhere/.datajoint/README': '' });
  for (const args of [
    ['run', '--database', 'named.db', 'enter.ts'],
    ['run', 'enter.ts', '--database', 'named.db'],
    ['run', 'enter.ts', 'again', '--database=named.db'],
    ['run', '--database', 'named.db', 'enter.ts', 'processes'],
  ]) {
    const { code, out, err } = await folder.djw(...args);
    assert.deepEqual([code, err], [0, ''], args.join(' '));
    assert.match(out, /^(?:again|processes)? 3 .*named\.db\n$/s, args.join(' '));
    if (args.includes('processes')) assert.equal(out.match(/named\.db/g)?.length, 4, out);
  }
  for (const place of ['.datajoint', 'elsewhere/.datajoint/embedded.db']) assert.equal(existsSync(path.join(folder.path, place)), false, place);
});

test('a program that changes its own environment and disconnects is on the database that it names, unless --database names one', async (context) => {
  const folder = await temporaryFolder(context, { 'enter.ts': enter });
  const moved = await folder.djw('run', 'enter.ts', 'moved');
  assert.deepEqual([moved.code, moved.err], [0, '']);
  assert.match(moved.out, /^moved 0 .*moved\.db\n$/);
  const named = await folder.djw('run', 'enter.ts', 'moved', '--database', 'named.db');
  assert.match(named.out, /^moved 3 .*named\.db\n$/);
});

test('what a program gets', async (context) => {
  const folder = await temporaryFolder(context, { 'say.ts': `console.log(JSON.stringify(process.argv.slice(2)));` });
  assert.equal((await folder.djw('run', 'say.ts', 'a', '--', '--epochs', '3', '--', '-h')).out, '["a","--epochs","3","--","-h"]\n');
  assert.equal((await folder.djw('run', '--', 'say.ts', '--help')).out, '["--help"]\n');
});

test('each option that would do nothing is one sentence and exit code 2', async (context) => {
  const folder = await temporaryFolder(context, { 'enter.ts': enter, 'enter.py': 'print("ran")' });
  const cases: [string[], RegExp][] = [
    [['--database', 'x.db', 'run', 'enter.ts'], /--database stands after the command that it is for: djw COMMAND … --database\./],
    [['--reserve-jobs', 'populate', 'B'], /--reserve-jobs stands after the command that it is for: djw populate … --reserve-jobs\./],
    [['--nonsense'], /There is no option --nonsense: see djw --help\./],
    [['run', 'enter.ts', '--epochs', '3'], /what is for enter\.ts itself stands after --, as in djw run enter\.ts -- --epochs\./],
    [['run', 'enter.ts', '--python', 'python3'], /--python is for Python files, and enter\.ts is none: leave it out\./],
    [['run', 'enter.py', '--database', 'x.db'], /enter\.py needs a MySQL or MariaDB server: .* that --database names\./],
    [['populate', 'B', '--no-refresh'], /--no-refresh goes with --reserve-jobs/],
    [['populate', 'B', '--priority', '1'], /--priority goes with --reserve-jobs/],
    [['populate', 'B', '--python', 'python3'], /--python is for Python files/],
    [['progress', 'B', '--python', 'python3'], /--python is for Python files/],
    [['worker', 'B', '--python', 'python3'], /--python is for Python files/],
    [['worker', 'B', '--reserve-jobs'], /worker has no option --reserve-jobs: it belongs to djw populate\./],
    [['jobs', 'B', '--pipeline', 'enter.ts'], /--pipeline goes with --set-priority/],
    [['jobs', 'B', '--status', 'error', '--set-priority', '1'], /--status does nothing beside --set-priority/],
    [['server', 'status', '--idle', '8h'], /--idle goes with start/],
    [['server', 'start', '--database', 'x.db'], /server has no option --database: it belongs to djw run, djw list/],
    [['list', '--json', '--json'], /--json is given twice\./],
  ];
  for (const [args, sentence] of cases) {
    const { code, out, err } = await folder.djw(...args);
    assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${out}${err}`);
    assert.match(err, /^djw: .*\n$/, args.join(' '));
    assert.match(err, sentence);
  }
  assert.equal(existsSync(path.join(folder.path, 'x.db')), false);
});

const session = `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('kept_lab');
@schema export class Session extends dj.Manual { static readonly definition = 'session : int32'; }
`;
const rate = `import * as dj from 'datajoint-workbench';
import { Session } from './session';
export const schema = dj.schema('kept_analysis');
@schema export class Rate extends dj.Computed {
  static readonly definition = \`
  -> Session
  ---
  hz : float64\`;
  async make(key: dj.Key) { await this.insert1({ ...key, hz: 5 }); }
}
`;

test('a pipeline in two files: what a definition refers to is imported for nothing else', async (context) => {
  const rows = `import { Session } from './session';\nawait Session.insert([{ session: 1 }, { session: 2 }]);`;
  const folder = await temporaryFolder(context, { 'session.ts': session, 'analysis.ts': rate, 'enter.ts': rows });
  assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
  const one = await folder.djw('populate', 'Rate', '--reserve-jobs', '--processes', '2', '--json');
  assert.deepEqual([one.code, one.out], [0, '{"success_count":2,"error_list":[]}\n'], one.err);
});

test('a table that no file has declared is told with the file that does', async (context) => {
  const without = rate.replace(/import \{ Session.*\n/, '');
  const folder = await temporaryFolder(context, { 'session.ts': session, 'analysis.ts': without });
  const known = await folder.djw('populate', 'Rate');
  assert.equal(known.code, 2);
  assert.match(known.err, /^djw: Rate, line 2: no table "Session" is known\. session\.ts declares that class: import it from there\.\n$/);
  const other = await temporaryFolder(context, { 'analysis.ts': without });
  assert.match((await other.djw('populate', 'Rate')).err, /no table "Session" is known\. Define that class and give it to its schema/);
});

test('an error keeps its place in the source however long its message is', async (context) => {
  const long = `import * as dj from 'datajoint-workbench';
const schema = dj.schema('long');
@schema class A extends dj.Lookup { static readonly definition = 'a : int32'; static contents = [[1]]; }
@schema export class B extends dj.Computed {
  static readonly definition = '-> A';
  make(): Promise<void> {
    throw new Error('no gain in ' + '0.25, '.repeat(400_000), { cause: new RangeError('1, '.repeat(800_000)) });
  }
}`;
  const folder = await temporaryFolder(context, { 'p.ts': long });
  const { code, out } = await folder.djw('populate', 'B', '--reserve-jobs', '--suppress-errors');
  assert.equal(code, 1);
  assert.match(out, /p\.ts:7\s/);
  assert.match((await folder.djw('errors', 'B')).out, /p\.ts:7\s/);
});
