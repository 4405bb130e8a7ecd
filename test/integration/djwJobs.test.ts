import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { until } from '../harness/until';
import { type DjwDatabase, djwDatabases, embeddedFile } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

const pipeline = (schema: string, items: number): string => `import * as dj from 'datajoint-workbench';
const schema = dj.schema('${schema}');
@schema
export class Item extends dj.Lookup {
  static definition = \`
    item : int32
    side : varchar(8)
  \`;
  static contents = Array.from({ length: ${items} }, (_, item) => [item, item % 2 === 0 ? 'left' : 'right']);
}
@schema
export class Result extends dj.Computed {
  static definition = \`-> Item\`;
  async make(key: dj.Key): Promise<void> {
    if (process.env['FAIL'] !== undefined) throw new Error('no ' + String(key['side']) + ' today');
    if (process.env['HANG'] !== undefined) {
      console.log('hanging');
      await new Promise(() => setTimeout(() => undefined, 600_000));
    }
    await this.insert1(key);
  }
}
`;

async function lab(context: TestContext, database: DjwDatabase, items = 6) {
  const { env, schema } = await database.place();
  const folder = await temporaryFolder(context, { 'p.ts': pipeline(schema, items) });
  const djw = async (...args: string[]) => await folder.start(args, env).finished;
  return { folder, env, table: `${schema}.Result`, djw };
}

for (const database of djwDatabases()) {
  test(`jobs tells who holds what and whether they live (${database.name})`, async (context) => {
    const { folder, env, table, djw } = await lab(context, database);
    const running = folder.start(['populate', table, '--reserve-jobs'], { ...env, HANG: '1' });
    await running.printed('hanging');
    const counts = await djw('jobs', table);
    assert.match(counts.out, /^1 job reserved by \S+:\d+, session \d+, for \d+ (?:s|min) {3}alive: Process \d+ on \S+ \(session \d+\) is running\b.*$/m);
    const list = await djw('jobs', table, '--status', 'reserved');
    assert.match(list.out, /^item 0, side "left" {3}by \S+:\d+, session \d+, for \d+ (?:s|min) {3}alive: /);
    running.kill('SIGKILL');
    await running.finished;
    const lives = async () => JSON.parse((await djw('jobs', table, '--status', 'reserved', '--json')).out) as { liveness: { verdict: string; reason: string } }[];
    const [job] = await until('the death is seen', async () => {
      const found = await lives();
      return found[0]?.liveness.verdict === 'gone' ? found : null;
    });
    assert.match(job?.liveness.reason ?? '', /has (died|ended): its lock is free\.$/);
    assert.match((await djw('jobs', table)).out, /^1 job reserved by .* {3}gone: /m);
    assert.match((await djw('refresh', table)).out, /1 freed from lost workers/);
  });

  test(`priorities are set for chosen jobs (${database.name})`, async (context) => {
    const { table, djw } = await lab(context, database);
    assert.match((await djw('refresh', table, 'side=left', '--priority', '3')).out, /3 jobs added/);
    assert.match((await djw('refresh', table)).out, /3 jobs added/);
    const set = await djw('jobs', table, '--set-priority', '1', 'item > 3', 'side=right');
    assert.deepEqual([set.code, set.err], [0, ''], set.err);
    assert.equal(set.out, 'Result: 1 job now has priority 1.\n');
    assert.equal((await djw('jobs', table, '--set-priority', '-5', '{"item": 2, "side": "left"}', '--json')).out, '{"changed":1}\n');
    const pending = JSON.parse((await djw('jobs', table, '--status', 'pending', '--json')).out) as { key: { item: number }; priority: number }[];
    assert.deepEqual(pending.map(({ key, priority }) => [key.item, priority]), [[2, -5], [5, 1], [0, 3], [4, 3], [1, 5], [3, 5]]);
    const urgent = await djw('populate', table, '--reserve-jobs', '--priority', '1', '--json');
    assert.equal(urgent.out, '{"success_count":2,"error_list":[]}\n');
    assert.match((await djw('jobs', table, '--set-priority', '200')).err, /-128 to 127, not 200/);
    assert.match((await djw('jobs', table, 'item=1')).err, /A restriction goes with --set-priority/);
  });

  test(`errors are retried, set aside and removed, those with a message alone too (${database.name})`, async (context) => {
    const { folder, env, table, djw } = await lab(context, database);
    assert.match((await djw('errors', table, '--retry')).err, /The database has no table|There is no table/);
    await folder.start(['populate', table, '--reserve-jobs', '--suppress-errors'], { ...env, FAIL: '1' }).finished;
    const counts = async () => JSON.parse((await djw('jobs', table, '--json')).out) as Record<string, number>;
    assert.deepEqual([(await counts())['error'], (await counts())['pending']], [6, 0]);

    assert.equal((await djw('retry', table, '--matching', 'no left')).out, 'Result: 3 jobs are pending again: djw populate Result --reserve-jobs makes them.\n');
    assert.equal((await djw('errors', table, '--ignore', '--matching', 'no middle')).out, 'No errors in Result whose message contains "no middle".\n');
    assert.deepEqual(JSON.parse((await djw('errors', table, '--ignore', '--json')).out), { changed: 3 });
    const { error, pending, ignore } = await counts();
    assert.deepEqual({ error, pending, ignore }, { error: 0, pending: 3, ignore: 3 });

    await folder.start(['populate', table, '--reserve-jobs', '--suppress-errors'], { ...env, FAIL: '1' }).finished;
    assert.equal((await djw('errors', table, '--clear')).out, 'Result: 3 jobs are removed: djw refresh Result adds one for each key that is still to do.\n');
    assert.equal((await counts())['error'], 0);
    assert.match((await djw('refresh', table)).out, /^Result: 3 jobs added/);
    assert.equal((await djw('retry', table)).out, 'No errors in Result.\n');

    for (const args of [['errors', '--retry'], ['errors', table, '--retry', '--clear'], ['errors', table, '--matching', 'x']]) {
      const refused = await djw(...args);
      assert.deepEqual([refused.code, refused.out], [2, '']);
    }
  });

  test(`refresh takes a delay, timeouts and restrictions (${database.name})`, async (context) => {
    const { table, djw } = await lab(context, database);
    assert.match((await djw('refresh', table, 'item < 2', '--delay', '90m')).out, /2 jobs added/);
    assert.equal((await djw('populate', table, '--reserve-jobs', '--json')).out, '{"success_count":4,"error_list":[]}\n');
    assert.match((await djw('jobs', table, '--status', 'pending')).out, /^item \d, side "(left|right)" {3}in 1 h$/m);
    assert.match((await djw('refresh', table, '--orphan-timeout', '0', '--stale-timeout', '1s')).out, /^Result: 0 jobs added, 0 removed, 0 freed/);
    assert.match((await djw('refresh', table, '--delay', 'later')).err, /--delay takes seconds, or a time such as 30m or 8h/);
  });

  test(`keys come from a file or from another program, as many as there are (${database.name})`, async (context) => {
    const { folder, env, table, djw } = await lab(context, database, 3000);
    const key = (item: number) => ({ item, side: item % 2 === 0 ? 'left' : 'right' });
    const most = Array.from({ length: 2600 }, (_, item) => key(item));
    await folder.write('keys.json', JSON.stringify(most));
    const all = await djw('populate', table, '--reserve-jobs', '--keys-from', 'keys.json');
    assert.deepEqual([all.code, all.err], [0, ''], all.err);
    assert.match(all.out, /Done: 2600 computed, 0 errors, 0 skipped/);
    await folder.write('lines.jsonl', [2600, 2601, 1, 2602].map((item) => `${JSON.stringify(key(item))}\n`).join(''));
    const names = Object.entries(env).map(([name, value]) => `${name}='${value ?? ''}'`).join(' ');
    const piped = await folder.shell(`cat lines.jsonl | ${names} $DJW populate ${table} 'item < 2602' --keys-from - --json`);
    assert.deepEqual([piped.code, piped.out], [0, '{"success_count":2,"error_list":[]}\n'], piped.err);
    assert.equal((await djw('populate', table, '--reserve-jobs', '--keys-from', 'keys.json', '--max-calls', '3', '--json')).out, '{"success_count":0,"error_list":[]}\n');
  });
}

test('a file without keys is refused in one sentence', async (context) => {
  const { folder, table, djw } = await lab(context, embeddedFile);
  await folder.write('text.txt', 'no keys\n');
  await folder.write('odd.json', '[{"itme": 1}]');
  await folder.write('empty.json', '[]');
  for (const [file, sentence] of [
    ['none.json', /there is no file none\.json/],
    ['text.txt', /text\.txt holds no keys: write a JSON list of objects, or one object on each line/],
    ['odd.json', /no attribute "itme".*Did you mean item\?/],
  ] as const) {
    const { code, err } = await djw('populate', table, '--keys-from', file);
    assert.deepEqual([code, err.trim().split('\n').length], [2, 1], err);
    assert.match(err, sentence);
  }
  assert.equal((await djw('populate', table, '--keys-from', 'empty.json', '--json')).out, '{"success_count":0,"error_list":[]}\n');
});
