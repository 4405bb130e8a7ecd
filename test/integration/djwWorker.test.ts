import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type DjwDatabase, djwDatabases, embeddedFile } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

const pipeline = (schema: string): string => `import * as dj from 'datajoint-workbench';
const schema = dj.schema('${schema}');
const slow = dj.schema('${schema}_slow');
const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
@schema
export class Item extends dj.Lookup {
  static definition = \`item : int32\`;
  static contents = [0, 1, 2, 3, 4, 5].map((item) => [item]);
}
@schema
export class Later extends dj.Computed {
  static definition = \`-> First\`;
  async make(key: dj.Key) {
    await this.insert1(key);
  }
}
@schema
export class First extends dj.Imported {
  static definition = \`-> Item\`;
  async make(key: dj.Key) {
    if (key['item'] === 2) throw new RangeError('two');
    if (key['item'] === 4) return;
    await this.insert1(key);
  }
}
@slow
export class Slow extends dj.Computed {
  static definition = \`-> Item\`;
  async make(key: dj.Key) {
    if (key['item'] === 1) console.log('slow begins');
    await rest(key['item'] === 1 ? 600_000 : 1);
    await this.insert1(key);
  }
}
`;

interface Line {
  readonly event: string;
  readonly table?: string;
  readonly key?: { readonly item: number };
  readonly seconds?: number;
  readonly message?: string;
  readonly place?: string;
  readonly reason?: string;
  readonly tables?: string[];
  readonly worker?: number;
}

async function lab(context: TestContext, database: DjwDatabase) {
  const { env, schema } = await database.place();
  const folder = await temporaryFolder(context, { 'p.ts': pipeline(schema) });
  const djw = async (...args: string[]) => await folder.start(args, env).finished;
  return { folder, env, schema, djw };
}

const lines = (out: string): Line[] => out.trim().split('\n').map((line) => JSON.parse(line) as Line);

for (const database of djwDatabases()) {
  test(`a worker makes what there is of its tables, parents first, and tells of each key (${database.name})`, async (context) => {
    const { schema, djw } = await lab(context, database);
    const { code, out, err } = await djw('worker', `${schema}.Later`, `${schema}.First`, '--json');
    assert.equal(code, 1, err);
    const told = lines(out);
    assert.deepEqual(told[0]?.tables, [`${schema}.First`, `${schema}.Later`]);
    const of = (table: string) => told.filter((line) => line.table === `${schema}.${table}`);
    // The skipped key is still to do, so it is looked at in every round: here in the first, and in the one that finds nothing.
    assert.deepEqual(of('First').map(({ key, event }) => `${key?.item} ${event}`), ['0 done', '1 done', '2 error', '3 done', '4 skipped', '5 done', '4 skipped']);
    assert.deepEqual(of('Later').map(({ key, event }) => `${key?.item} ${event}`), ['0 done', '1 done', '3 done', '5 done']);
    const error = told.find(({ event }) => event === 'error');
    assert.equal(error?.message, 'RangeError: two');
    assert.match(error?.place ?? '', /^p\.ts:\d+$/);
    assert.ok(told.every((line) => line.table === undefined || Number(line.seconds) >= 0));
    assert.deepEqual(told.at(-1), { ...told.at(-1), event: 'end', reason: 'nothing left to do', computed: 8, errors: 1, skipped: 2 });
    assert.equal((await djw('worker', `${schema}.First`, '--json', '--errors-ok')).code, 0);
  });

  test(`a schema stands for its tables, max-calls ends it, and processes do the work (${database.name})`, async (context) => {
    const { schema, djw } = await lab(context, database);
    const some = await djw('worker', `${schema}.First`, '--max-calls', '2', '--json');
    assert.equal(some.code, 0, some.err);
    assert.deepEqual(lines(some.out).map(({ event }) => event), ['start', 'done', 'done', 'end']);
    assert.equal(lines(some.out).at(-1)?.reason, 'max-calls are done');
    const all = await djw('worker', schema, '--processes', '2', '--concurrency', '3', '--max-time', '20m', '--json');
    assert.deepEqual(lines(all.out)[0]?.tables?.sort(), ['First', 'Later'].map((name) => `${schema}.${name}`));
    assert.equal(lines(all.out).filter(({ table, event }) => table === `${schema}.Later` && event === 'done').length, 4, all.out);
    const done = lines(all.out).filter(({ event }) => event === 'done');
    assert.ok(done.every(({ worker }) => worker === 1 || worker === 2), all.out);
  });

  for (const [signal, code, message] of [['SIGTERM', 143, 'SystemExit: SIGTERM received'], ['SIGINT', 130, 'KeyboardInterrupt']] as const) {
    test(`${signal} ends a worker: the running key is an error, the others wait (${database.name})`, async (context) => {
      const { folder, env, schema, djw } = await lab(context, database);
      const running = folder.start(['worker', `${schema}_slow.Slow`, '--forever'], env);
      await running.printed('slow begins');
      running.kill(signal);
      const ended = await running.finished;
      assert.equal(ended.code, code, ended.err);
      assert.match(ended.out, new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  worker \\d+ on \\S+: ${schema}_slow\\.Slow$`, 'm'));
      assert.match(ended.out, new RegExp(`  ${schema}_slow\\.Slow  item 0  done in \\d+\\.\\d\\d s$`, 'm'));
      assert.match(ended.out, new RegExp(`  ${schema}_slow\\.Slow  item 1  error after \\d+\\.\\d\\d s  ${message}$`, 'm'));
      assert.match(ended.out, new RegExp(`  ${signal}: 1 computed, 1 error, 0 skipped\\n$`));
      assert.deepEqual(JSON.parse((await djw('jobs', `${schema}_slow.Slow`, '--json')).out), { pending: 4, reserved: 0, success: 0, error: 1, ignore: 0 });
    });
  }

  test(`keys whose time comes later, as after a clock was set back, are said to wait (${database.name})`, async (context) => {
    const { folder, env, schema, djw } = await lab(context, database);
    await folder.write('later.ts', "import { First } from './p';\nawait First.jobs.refresh('item < 3', { delay: 7200 });\n");
    assert.equal((await djw('run', 'later.ts')).code, 0);
    const waits = /^Done: 0 computed, 0 errors, 0 skipped in \d\.\d s\. 3 keys wait until (\d{4}-\d\d-\d\d )?\d\d:\d\d \(clock of the database\)\.\n$/;
    const only = ['--reserve-jobs', '--no-refresh'];
    assert.match((await djw('populate', `${schema}.First`, ...only)).out, waits);
    const one = await djw('populate', `${schema}.First`, 'item=1', ...only);
    assert.match(one.out, /\. 1 key waits until .*\(clock of the database\)\.\n$/);
    const ended = await djw('worker', `${schema}.First`, '--no-refresh', '--json');
    assert.equal(ended.code, 0);
    assert.match(lines(ended.out).at(-1)?.reason ?? '', /^3 keys wait until .*\(clock of the database\)$/);
    const running = folder.start(['worker', `${schema}.First`, '--no-refresh', '--forever', '--json'], env);
    await running.printed('"event":"idle"');
    running.kill('SIGTERM');
    const resting = lines((await running.finished).out).find(({ event }) => event === 'idle');
    assert.match(resting?.reason ?? '', /^3 keys wait until/);
    const others = await djw('worker', `${schema}.First`, '--json', '--errors-ok');
    assert.equal(lines(others.out).filter(({ event }) => event === 'done').length, 2, 'what is due is made');
  });

  test(`a worker that goes on for ever waits for work and finds it (${database.name})`, async (context) => {
    const { folder, env, schema, djw } = await lab(context, database);
    const running = folder.start(['worker', `${schema}.Later`, '--forever', '--json'], env);
    await running.printed('"event":"idle"');
    await djw('populate', `${schema}.First`, '--suppress-errors');
    await running.printed('"event":"done"');
    running.kill('SIGTERM');
    const { code, out } = await running.finished;
    assert.equal(code, 143);
    assert.deepEqual(lines(out).filter(({ event }) => event === 'idle').map(({ reason }) => reason)[0], 'nothing to do, waiting for more');
  });
}

test('mistakes of a worker are one sentence and exit code 2', async (context) => {
  const { djw } = await lab(context, embeddedFile);
  const cases: [string[], RegExp][] = [
    [['worker'], /worker needs TABLE\|SCHEMA/],
    [['worker', 'Itme'], /No table Itme in the files here\. Did you mean Item/],
    [['worker', 'Item'], /Item is a lookup table/],
    [['worker', 'First', '--max-time', 'soon'], /--max-time takes seconds, or a time such as 30m or 8h, not "soon"/],
    [['worker', 'First', '--processes', '0'], /--processes takes a whole number of at least 1/],
    [['worker', 'First', '--priority', 'high'], /--priority takes a whole number, not "high"/],
    [['worker', 'First', '--make-kwargs', '[1]'], /--make-kwargs takes a JSON object/],
  ];
  for (const [args, sentence] of cases) {
    const { code, out, err } = await djw(...args);
    assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${out}${err}`);
    assert.match(err, sentence);
    assert.equal(err.trim().split('\n').length, 1);
  }
});
