import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import type { Database, Executor, SqlRow, Statement, Transaction } from '../../../src/engine/database';
import { onMariaDb } from './support';

const maria = onMariaDb();
const JOBS = 20_000;

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

test('the hot statements of the queue use their indexes, with 20,000 jobs', async () => {
  const { database, statements } = recorded(await maria.open());
  const schema = dj.schema('hot', { connection: new dj.Connection(database) });
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
  await maria.server.sql('ANALYZE TABLE hot.source, hot.`~~result`, hot.__result');
  statements.length = 0;
  const result = await Result.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 10 });
  assert.deepEqual([result.successCount, result.errorList.length], [9, 1]);

  const plans = new Map<string, SqlRow[]>();
  for (const statement of statements) {
    const what = /^SELECT job\./.test(statement.sql)
      ? 'reserve: select'
      : /^UPDATE .*'reserved'/.test(statement.sql) && !/'error'/.test(statement.sql)
        ? 'reserve: update'
        : /^UPDATE .*'error'/.test(statement.sql)
          ? 'fail'
          : /^DELETE FROM `hot`\.`~~result` WHERE/.test(statement.sql) && /reserved_time/.test(statement.sql)
            ? 'complete'
            : /^INSERT INTO .*~~result/.test(statement.sql)
              ? 'refresh: insert'
              : /IS_USED_LOCK|SELECT DISTINCT `connection_id`/.test(statement.sql)
                ? 'liveness'
                : null;
    if (what !== null && !plans.has(what))
      plans.set(what, await database.all({ sql: `EXPLAIN ${statement.sql}`, values: statement.values }));
  }

  const plan = (what: string): SqlRow[] => {
    const rows = plans.get(what);
    assert.ok(rows !== undefined, `${what} was not asked; there were ${[...plans.keys()].join(', ')}`);
    return rows;
  };
  const [jobs] = plan('reserve: select');
  assert.equal(jobs?.['key'], 'status');
  assert.doesNotMatch(String(jobs?.['Extra']), /filesort|temporary/, 'the oldest job is found by walking the index');
  for (const what of ['reserve: update', 'complete', 'fail']) {
    const rows = plan(what);
    assert.deepEqual(
      rows.map((row) => row['key']),
      ['PRIMARY'],
      what,
    );
    assert.ok(Number(rows[0]?.['rows']) <= 10, `${what} reads ${String(rows[0]?.['rows'])} rows`);
  }
  const [reserving] = plan('liveness');
  assert.equal(reserving?.['key'], 'status', 'only reserved jobs are read');
  // The key source is read whole, from an index; each of its keys is looked up in the queue and in the table.
  const refresh = plan('refresh: insert');
  assert.deepEqual(
    refresh.filter((row) => row['type'] === 'ALL'),
    [],
  );
  const lookups = refresh.filter((row) => String(row['select_type']).includes('SUBQUERY'));
  assert.deepEqual(
    lookups.map((row) => [row['type'], row['key']]),
    [
      ['eq_ref', 'PRIMARY'],
      ['eq_ref', 'PRIMARY'],
    ],
  );
});
