import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { until } from '../harness/until';
import { type DjwDatabase, djwDatabases, embeddedFile } from './djwDatabases';
import { temporaryFolder, together } from './djwProcess';

/** `body` is what make() does with `k`, the number of its item. */
function pipeline(schema: string, items: number, body: string, options = ''): string {
  return `import * as dj from 'datajoint-workbench';
${together}const schema = dj.schema('${schema}'${options});
@schema
export class Item extends dj.Lookup {
  static definition = \`item : int32\`;
  static contents = Array.from({ length: ${items} }, (_, item) => [item]);
}
@schema
export class Result extends dj.Computed {
  static definition = \`
    -> Item
    ---
    pid : int32
  \`;
  async make(key: dj.Key, kwargs: { scale?: number }): Promise<void> {
    const k = Number(key['item']);
    const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    ${body}
    await this.insert1({ ...key, pid: process.pid });
  }
}
`;
}

async function lab(context: TestContext, database: DjwDatabase, items: number, body: string, options = '') {
  const { env, schema } = await database.place();
  const folder = await temporaryFolder(context, { 'p.ts': pipeline(schema, items, body, options) });
  const djw = async (...args: string[]) => await folder.start(args, env).finished;
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await djw(...args, '--json')).out);
  /** Makes nothing: for the rows that there are. */
  const script = async (text: string) => {
    await folder.write('script.ts', `import * as dj from 'datajoint-workbench';\nimport { Item, Result } from './p';\n${text}`);
    return await djw('run', 'script.ts');
  };
  const pids = async (): Promise<number[]> =>
    JSON.parse((await script(`console.log(JSON.stringify(await Result.fetch('pid', { orderBy: 'KEY' })));`)).out) as number[];
  return { folder, env, table: `${schema}.Result`, djw, json, script, pids };
}

const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0 };

for (const database of djwDatabases()) {
  for (const mode of [[], ['--reserve-jobs']]) {
    const on = `${mode.length === 0 ? 'directly' : 'with reservations'}, on ${database.name}`;

    test(`processes share the keys and keep to the limits (${on})`, async (context) => {
      const { djw, json, pids, table } = await lab(context, database, 60, 'await together(3); await rest(5);');
      const some = await djw('populate', 'Result', ...mode, '--processes', '3', '--max-calls', '25');
      assert.equal(some.code, 0, some.err);
      assert.match(some.out, /Done: 25 computed, 0 errors, 0 skipped/);
      const first = await pids();
      assert.equal(first.length, 25);
      assert.equal(new Set(first).size, 3);
      assert.deepEqual(await json('populate', 'Result', 'item < 50', ...mode, '--processes', '4', '--concurrency', '2'), {
        success_count: 25,
        error_list: [],
      });
      assert.deepEqual(await json('progress', table), { done: 50, remaining: 10, total: 60 });
      if (mode.length > 0) assert.deepEqual(await json('jobs', table), { ...none, pending: 10 });
    });

    test(`what a process prints is marked with its number, and an error is one key's (${on})`, async (context) => {
      const body = `console.log('item ' + k); if (k === 3) throw new RangeError('three'); await rest(5);`;
      const { djw, json, table } = await lab(context, database, 12, body);
      const { code, out } = await djw('populate', 'Result', ...mode, '--suppress-errors', '--processes', '2');
      assert.equal(code, 1, out);
      assert.deepEqual([...out.matchAll(/^\[[12]\] item (\d+)$/gm)].map(([, k]) => Number(k)).sort((a, b) => a - b), Array.from({ length: 12 }, (_, k) => k));
      assert.match(out, /^✗ item 3 {3}RangeError: three {3}p\.ts:\d+$/m);
      assert.match(out, /Done: 11 computed, 1 error, 0 skipped/);
      if (mode.length > 0) assert.deepEqual(await json('jobs', table), { ...none, error: 1 });
    });

    test(`the first error ends the run when errors are not suppressed (${on})`, async (context) => {
      const { djw, json, table } = await lab(context, database, 200, `if (k === 3) throw new RangeError('three'); await rest(100);`);
      const { code, out, err } = await djw('populate', 'Result', ...mode, '--processes', '2');
      assert.equal(code, 1, err);
      assert.match(out, /✗ item 3 {3}RangeError: three/);
      assert.match(out, /The first error ended the run/);
      const { done } = (await json('progress', table)) as { done: number };
      assert.ok(done < 199, `${done} made`);
      if (mode.length > 0) assert.deepEqual(await json('jobs', table), { ...none, pending: 199 - done, error: 1 });
    });

    test(`a process that dies is replaced, and its key is tried once more (${on})`, async (context) => {
      const body = `if (k === 2) process.kill(process.pid, 'SIGKILL');
        if (k === 5) { const { existsSync, writeFileSync } = await import('node:fs'); if (!existsSync('once')) { writeFileSync('once', ''); process.abort(); } }
        await rest(5);`;
      const { json, table } = await lab(context, database, 20, body);
      const result = await json('populate', 'Result', ...mode, '--suppress-errors', '--processes', '2');
      assert.deepEqual(result, {
        success_count: 19,
        error_list: [[{ item: 2 }, 'DataJointError: Twice a worker process ended (SIGKILL) while it ran make() of Result for this key.']],
      });
      assert.deepEqual(await json('progress', table), { done: 19, remaining: 1, total: 20 });
      if (mode.length > 0) assert.deepEqual(await json('jobs', table), { ...none, error: 1 });
    });

    for (const [signal, code, message] of [['SIGINT', 130, 'KeyboardInterrupt'], ['SIGTERM', 143, 'SystemExit: SIGTERM received']] as const) {
      test(`${signal} ends all, also one that does not let go (${on})`, async (context) => {
        const body = `if (k < 3) console.log('begun'); if (k === 1) for (;;); if (k < 3) await rest(600_000);`;
        const { folder, env, json, table } = await lab(context, database, 50, body);
        const running = folder.start(['populate', 'Result', ...mode, '--suppress-errors', '--processes', '3', '--json'], env);
        for (const worker of [1, 2, 3]) await running.printed(`[${worker}] begun`);
        running.kill(signal);
        const ended = await running.finished;
        assert.equal(ended.code, code, ended.err);
        const { error_list: errors } = JSON.parse(ended.out) as { error_list: [{ item: number }, string][] };
        assert.deepEqual(errors.sort(([a], [b]) => a.item - b.item), [0, 1, 2].map((item) => [{ item }, message]));
        if (mode.length > 0) assert.deepEqual(await json('jobs', table), { ...none, pending: 47, error: 3 });
      });
    }
  }

  test(`processes share a schema-wide queue, and a process that dies is replaced there as well (${database.name})`, async (context) => {
    const body = `if (k === 2) process.kill(process.pid, 'SIGKILL'); if (k === 5) throw new RangeError('five'); await rest(10);`;
    const { json, table, script } = await lab(context, database, 30, body, `, { jobs: 'schema' }`);
    const died = 'DataJointError: Twice a worker process ended (SIGKILL) while it ran make() of Result for this key.';
    const { success_count: made, error_list: errors } = (await json('populate', 'Result', '--reserve-jobs', '--suppress-errors', '--processes', '3')) as {
      success_count: number;
      error_list: [{ item: number }, string][];
    };
    assert.equal(made, 28);
    assert.deepEqual(errors.sort(([a], [b]) => a.item - b.item), [[{ item: 2 }, died], [{ item: 5 }, 'RangeError: five']]);
    assert.deepEqual(await json('progress', table), { done: 28, remaining: 2, total: 30 });
    const jobs = await script(`console.log(JSON.stringify(await Result.jobs.progress()));`);
    assert.deepEqual(JSON.parse(jobs.out), { ...none, error: 2, total: 2 });
  });

  test(`a script populates in processes with everything that a populate takes, again and again (${database.name})`, async (context) => {
    const body = `if (k < 8) await together(2); if (k === 4) throw new dj.DataJointError('invalid_value', 'four'); if (k === 5) throw 'five';
      if (k === 6) console.log('scale ' + JSON.stringify(kwargs.scale));`;
    const { script } = await lab(context, database, 20, body);
    const { code, out, err } = await script(`
      const options = { reserveJobs: true, processes: 2, suppressErrors: true, returnExceptionObjects: true, makeKwargs: { scale: [1, 2] } };
      const pids = new Set<number>();
      const numbers = new Set<number>();
      for (const condition of [Item.restrict('item < 8'), { item: 9 }, dj.not('item < 12')]) {
        const { errorList } = await Result.populate(condition, { ...options, onProgress: (event) => { if ('worker' in event) numbers.add(event.worker ?? 0); } });
        for (const [key, error] of errorList) {
          console.log(JSON.stringify(key), error instanceof dj.DataJointError ? error.code + ' ' + error.message : typeof error + ' ' + String(error));
        }
      }
      console.log(JSON.stringify(await Result.fetch('item', { orderBy: 'KEY' })));
      console.log('processes', new Set(await Result.fetch('pid')).size, [...numbers].sort().join(','));`);
    assert.equal(code, 0, err);
    assert.match(out, /^\[[12]\] scale \[1,2\]$/m);
    assert.match(out, /^\{"item":4\} invalid_value four$/m);
    assert.match(out, /^\{"item":5\} string five$/m);
    assert.match(out, /^\[0,1,2,3,6,7,9,12,13,14,15,16,17,18,19\]$/m);
    // The second populate has one key and needs no process.
    assert.match(out, /^processes 3 1,2$/m);
  });
}

test('one file may declare the tables and populate them: what else it does is done once', async (context) => {
  const { folder, djw } = await lab(context, embeddedFile, 1, '');
  await folder.write(
    'alone.ts',
    `${pipeline('alone', 8, '')}
await Item.insert1({ item: 100 });
await Result.populate({ processes: 3 });
console.log('made', await Result.count(), (await Result.fetch('pid')).includes(process.pid) ? 'here' : 'elsewhere');
await Item.insert1({ item: 101 });`,
  );
  const { code, out, err } = await djw('run', 'alone.ts');
  assert.deepEqual([code, err], [0, ''], err);
  assert.match(out, /^made 9 elsewhere$/m);
});

test('what worker processes cannot do is told in one sentence', async (context) => {
  const { folder, script, djw } = await lab(context, embeddedFile, 5, '');
  const refused = async (text: string, sentence: RegExp) => {
    const { code, err } = await script(text);
    assert.equal(code, 1, err);
    assert.match(err, sentence);
    assert.equal(err.trim().split('\n').length, 1, err);
  };
  await refused('await Result.populate({ processes: 2, makeKwargs: { scale: () => 1 } });', /makeKwargs of Result cannot be given to other processes/);
  await refused('await Result.populate({ processes: 0 });', /whole number from 1 on as processes, not 0/);
  await folder.write('late.ts', `await (await import('datajoint-workbench')).connection();\n${pipeline('late', 4, '')}\nawait Result.populate({ processes: 2 });`);
  const late = await djw('run', 'late.ts');
  assert.equal(late.code, 1);
  assert.match(late.err, /^djw: .*found no table late\.Result to populate in the pipeline file: declare it there before anything else uses the database\.\n$/);
  await folder.write('eager.ts', `${pipeline('eager', 4, '')}\nawait Result.populate();\nawait Result.delete();`);
  const eager = await djw('populate', 'eager.Result', '--processes', '2');
  assert.equal(eager.code, 2);
  assert.match(eager.err, /eager\.ts populates Result as soon as it is loaded.*declare the tables in a file of their own/);
});

test('a process that is asked to end stops by itself, and the others make the rest', async (context) => {
  const { folder, json, table } = await lab(context, embeddedFile, 12, `console.log('pid ' + process.pid + ' item ' + k); await rest(k === 0 ? 600_000 : 20);`);
  const running = folder.start(['populate', 'Result', '--reserve-jobs', '--suppress-errors', '--processes', '2', '--json']);
  await running.printed('item 0');
  const [, pid] = /pid (\d+) item 0/.exec(running.text) ?? [];
  process.kill(Number(pid), 'SIGTERM');
  const { code, out } = await running.finished;
  assert.equal(code, 1);
  assert.deepEqual(JSON.parse(out), { success_count: 11, error_list: [[{ item: 0 }, 'SystemExit: SIGTERM received']] });
  assert.deepEqual(await json('jobs', table), { ...none, error: 1 });
});

test('processes end with the program that started them', async (context) => {
  const { folder, djw, json, table } = await lab(context, embeddedFile, 12, `console.log('pid ' + process.pid + '.'); if (k < 2) await rest(600_000);`);
  const running = folder.start(['populate', 'Result', '--reserve-jobs', '--processes', '2']);
  await running.printed('[1] pid');
  await running.printed('[2] pid');
  const pids = [...running.text.matchAll(/pid (\d+)\./g)].map(([, pid]) => Number(pid));
  running.kill('SIGKILL');
  await running.finished;
  await until('the processes have ended', () => !pids.some(isAlive));
  assert.deepEqual(await json('jobs', table, '--status', 'error').then((jobs) => (jobs as { message: string }[]).map(({ message }) => message)), [
    'SystemExit: SIGTERM received',
    'SystemExit: SIGTERM received',
  ]);
  await djw('refresh', 'Result');
  assert.deepEqual(await json('jobs', table), { ...none, pending: 10, error: 2 });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
