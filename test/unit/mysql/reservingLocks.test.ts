import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import type { Database, SqlRow, Statement, Transaction } from '../../../src/engine/database';
import { onServer } from './support';

/** What the server knows of a table's rows stays what it was when the table was made: seconds after rows came it is so anywhere. */
const server = onServer(['--innodb-stats-auto-recalc=OFF']);
const JOBS = 5000;
const BATCH = 3;

/** The statement that reserves jobs among the keys of a restriction, as populate sends it. */
async function reservingStatement(): Promise<{ database: Database; statement: Statement }> {
  const database = await server.open();
  let found: Statement | null = null;
  const noted = (open: Transaction): Transaction =>
    new Proxy(open, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          const [statement] = args as [Statement];
          if (name === 'all' && /FOR UPDATE/.test(statement.sql)) found ??= statement;
          return Reflect.apply(member, target, args);
        };
      },
    });
  const noting = new Proxy(database, {
    get: (target, name) => {
      if (name === 'transaction')
        return ((work, options) => target.transaction((open) => work(noted(open)), options)) as Database['transaction'];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  const schema = dj.schema('locks', { connection: new dj.Connection(noting) });
  class Source extends dj.Manual {
    static override readonly definition: string = 'a : int32\n---\nb : varchar(8)';
  }
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      await this.insert1(key);
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert(Array.from({ length: JOBS }, (_, i) => ({ a: i, b: `k${String(i % 2)}` })));
  await Result.jobs.refresh({ priority: 5 });
  // The last are the most urgent.
  await server.server.sql(`UPDATE locks.\`~~result\` SET priority = 1 WHERE a >= ${String(JOBS - 20)}`);
  await Result.populate(Source.restrict({ b: 'k1' }), { reserveJobs: true, refresh: false, maxCalls: BATCH });
  assert.ok(found !== null);
  return { database, statement: found };
}

const keysOf = (rows: readonly SqlRow[]): number[] => rows.map((row) => Number(row['a'])).sort((a, b) => a - b);

test('reserving among the keys of a restriction locks the jobs that it takes, and the next worker takes the next', async () => {
  const { database, statement } = await reservingStatement();
  const other = await server.open();
  await database.transaction(
    async (one) => {
      const first = await one.all(statement);
      assert.ok(first.length > 0);
      assert.ok(
        keysOf(first).every((a) => a >= JOBS - 20 && a % 2 === 1),
        `the most urgent, not ${keysOf(first).join(', ')}`,
      );
      await other.transaction(
        async (two) => {
          const second = await two.all(statement);
          assert.equal(second.length, first.length);
          assert.deepEqual(
            keysOf(second).filter((a) => keysOf(first).includes(a)),
            [],
          );
          assert.ok(
            keysOf(second).every((a) => a >= JOBS - 20),
            `the most urgent of the others, not ${keysOf(second).join(', ')}`,
          );
        },
        { readCommitted: true },
      );
    },
    { readCommitted: true },
  );
});
