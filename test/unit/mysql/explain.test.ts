import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import type { Database, Executor, SqlRow, Statement, Transaction } from '../../../src/engine/database';
import { serverProduct } from '../../harness/serverKind';
import { onServer } from './support';

const place = onServer();
const JOBS = 20_000;
/** A plan as rows of a table. */
const EXPLAIN = serverProduct === 'mysql' ? 'EXPLAIN FORMAT=TRADITIONAL' : 'EXPLAIN';

/** A database that keeps what it is asked. */
function recorded(database: Database): { database: Database; statements: Statement[] } {
  const statements: Statement[] = [];
  const recording = <T extends Executor>(executor: T, others: Partial<T> = {}): T =>
    new Proxy(executor, {
      get: (target, name) => {
        if (name in others) return others[name as keyof T];
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const isStatement = name === 'all' || name === 'run' || name === 'write';
        return (...args: unknown[]): unknown => {
          if (isStatement) statements.push(args[0] as Statement);
          return Reflect.apply(member, target, args);
        };
      },
    });
  const transaction: Database['transaction'] = (work, options) =>
    database.transaction((open: Transaction) => work(recording(open)), options);
  return { database: recording(database, { transaction }), statements };
}

/** A queue of 20,000 jobs on a database that keeps what it is asked. The make of key 3 fails. */
async function longQueue(schemaName: string) {
  const { database, statements } = recorded(await place.open());
  const connection = new dj.Connection(database);
  const schema = dj.schema(schemaName, { connection });
  class Source extends dj.Manual {
    static override readonly definition: string = 'a : int32\nb : varchar(8)';
  }
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      if (key['a'] === 3) throw new Error('recorded');
      await this.insert1(key);
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert(Array.from({ length: JOBS }, (_, i) => ({ a: i, b: `k${i % 7}` })));
  await Result.jobs.refresh();
  const analyze = () =>
    place.server.sql(`ANALYZE TABLE ${schemaName}.source, ${schemaName}.\`~~result\`, ${schemaName}.__result`);
  await analyze();
  /** The plans of what `work` asks, by the name of the first pattern that the statement fits. */
  const plansOf = async (work: () => Promise<unknown>, patterns: Readonly<Record<string, RegExp>>) => {
    statements.length = 0;
    await work();
    const plans: Record<string, SqlRow[]> = {};
    for (const { sql: text, values } of [...statements]) {
      const what = Object.entries(patterns).find(([, pattern]) => pattern.test(text))?.[0];
      if (what === undefined || what in plans) continue;
      plans[what] = await database.all({ sql: `${EXPLAIN} ${text}`, values });
    }
    assert.deepEqual(Object.keys(plans).sort(), Object.keys(patterns).sort(), 'not all of these were asked');
    return plans;
  };
  return { connection, Result, analyze, plansOf };
}

test('the hot statements of the queue use their indexes, with 20,000 jobs', async () => {
  const { Result, plansOf } = await longQueue('hot');
  const populate = async () => {
    const result = await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 10 });
    assert.deepEqual([result.successCount, result.errorList.length], [9, 1]);
  };
  const plans = await plansOf(populate, {
    'reserve: select': /^SELECT job\./,
    fail: /^UPDATE .*'error'/,
    'reserve: update': /^UPDATE .*'reserved'/,
    complete: /^DELETE FROM `hot`\.`~~result` WHERE.*reserved_time/,
    liveness: /IS_USED_LOCK|SELECT DISTINCT `connection_id`/,
    'refresh: insert': /^INSERT INTO .*~~result/,
    'refresh: stale': /^SELECT 1 AS found FROM .*created_time/,
  });
  const [jobs] = plans['reserve: select'] ?? [];
  assert.equal(jobs?.['key'], 'status');
  assert.doesNotMatch(String(jobs?.['Extra']), /filesort|temporary/, 'the oldest job is found by walking the index');
  for (const what of ['reserve: update', 'complete', 'fail']) {
    const rows = plans[what] ?? [];
    // By key or by status: to the optimizer both are as good while few jobs are reserved.
    assert.match(String(rows[0]?.['key']), /^(PRIMARY|status)$/, what);
    assert.ok(rows.length === 1 && Number(rows[0]?.['rows']) <= JOBS / 100, `${what} reads ${String(rows[0]?.['rows'])} rows`);
  }
  assert.equal(plans['liveness']?.[0]?.['key'], 'status', 'only reserved jobs are read');
  // The key source is read whole, by its primary key or, which is the same, as the table; each of its keys is looked up in the
  // queue and in the table.
  const refresh = (plans['refresh: insert'] ?? []).filter((row) => row['select_type'] !== 'INSERT');
  assert.deepEqual(
    refresh.filter((row) => row['type'] === 'ALL' && row['table'] !== 't0'),
    [],
  );
  // By the primary key, or by the key of what MySQL has read once before, never by reading a table again and again.
  const lookups = ([, ...rows]: readonly SqlRow[]) =>
    rows
      .filter((row) => !['MATERIALIZED', 'DERIVED'].includes(String(row['select_type'])))
      .map((row) => (/^<auto_/.test(String(row['key'])) ? ['eq_ref', 'PRIMARY'] : [row['type'], row['key']]));
  assert.deepEqual(lookups(refresh), [
    ['eq_ref', 'PRIMARY'],
    ['eq_ref', 'PRIMARY'],
  ]);
  // Jobs are read whole, since they are not ordered by age; each is looked up in the table and in the key source.
  for (const lookup of lookups(plans['refresh: stale'] ?? [])) assert.deepEqual(lookup, ['eq_ref', 'PRIMARY']);
});

test('counts and pages of jobs read the index of their status, with 20,000 jobs', async () => {
  const { connection, Result, analyze, plansOf } = await longQueue('pages');
  await place.server.sql("UPDATE pages.`~~result` SET status = 'error', completed_time = NOW(3) WHERE a % 100 = 0");
  await analyze();
  const overview = dj.createOverview(connection);
  const name = { schema: 'pages', table: '__result' };
  const page = { limit: 200, offset: 0 };
  const [counted] = (await plansOf(() => Result.jobs.progress(), { progress: /GROUP BY `status`/ }))['progress'] ?? [];
  assert.deepEqual(
    [counted?.['key'], counted?.['Extra']],
    ['status', 'Using index'],
    'the rows themselves are not read',
  );
  for (const status of ['pending', 'error'] as const) {
    const plans = await plansOf(() => overview.jobs(name, status, page), {
      page: /ORDER BY .* LIMIT 200/,
      count: /^SELECT COUNT\(\*\) AS n/,
    });
    for (const [what, [row]] of Object.entries(plans)) assert.equal(row?.['key'], 'status', `${what} of ${status}`);
    if (status === 'pending') assert.doesNotMatch(String(plans['page']?.[0]?.['Extra']), /filesort|temporary/);
    else assert.ok(Number(plans['page']?.[0]?.['rows']) < JOBS / 10, 'only the errors are read');
  }
});

test('the hot statements are prepared once, however many keys', async () => {
  const { Result } = await longQueue('prepared');
  const count = async () => {
    const text = await place.server.sql(
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_stmt_prepare', 'Com_stmt_execute')",
    );
    const [executed = 0, prepared = 0] = text.split('\n').map((line) => Number(line.split('\t')[1]));
    return { executed, prepared };
  };
  await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 50 });
  const before = await count();
  await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 400 });
  const after = await count();
  const [executed, prepared] = [after.executed - before.executed, after.prepared - before.prepared];
  assert.ok(executed >= 800, `${executed} were executed: an insert and a fence for each key`);
  // A statement for each size that a batch happened to have, which follows from how long a make takes; not one per key.
  assert.ok(prepared < executed / 4, `${prepared} were prepared, ${executed} executed`);
});
