/** What must hold at every moment: each key has one result with its parts of the same run, or one error, or waits. */
import assert from 'node:assert/strict';
import type { Database } from '../../src/engine';
import { computed } from './pipeline';

export interface Census {
  readonly keys: number;
  readonly results: number;
  readonly meant: number;
  /** Errors that are not meant, by their message. */
  readonly other: ReadonlyMap<string, number>;
  readonly reserved: number;
  /** Keys of which there is nothing yet. */
  readonly left: number;
}

/** Counts everything in one transaction. @throws AssertionError for a key that is lost, doubled or half made */
export async function census(database: Database): Promise<Census> {
  return await database.transaction(async (transaction) => {
    const table = (name: string): string => database.dialect.tableReference({ schema: 'soak', table: name });
    const number = async (sql: string): Promise<number> => Number((await transaction.all({ sql, values: [] }))[0]?.['n'] ?? 0);
    const perTable = await number(`SELECT COUNT(*) AS n FROM ${table('source')}`);
    const sum = { results: 0, meant: 0, reserved: 0 };
    const other = new Map<string, number>();
    for (const name of computed) {
      const jobs = table(`~~${name.slice(2)}`);
      const results = await number(`SELECT COUNT(*) AS n FROM ${table(name)}`);
      const both = await number(`SELECT COUNT(*) AS n FROM ${table(name)} AS r JOIN ${jobs} AS j ON j.k = r.k WHERE j.status = 'error'`);
      assert.equal(both, 0, `${name}: keys with a result and an error`);
      const wrong = await number(`SELECT COUNT(*) AS n FROM ${table(name)} WHERE k % 10 < 3`);
      assert.equal(wrong, 0, `${name}: results of keys that fail`);
      const errors = await transaction.all({ sql: `SELECT error_message AS message, COUNT(*) AS n FROM ${jobs} WHERE status = 'error' GROUP BY error_message`, values: [] });
      for (const { message, n } of errors) {
        if (String(message) === 'Error: meant to fail') sum.meant += Number(n);
        else other.set(kind(String(message)), (other.get(kind(String(message))) ?? 0) + Number(n));
      }
      sum.results += results;
      sum.reserved += await number(`SELECT COUNT(*) AS n FROM ${jobs} WHERE status = 'reserved'`);
    }
    const pieces = table('__master__piece');
    const odd = `SELECT m.k FROM ${table('__master')} AS m LEFT JOIN ${pieces} AS p ON p.k = m.k AND p.run = m.run GROUP BY m.k HAVING COUNT(p.piece) <> 3`;
    assert.equal(await number(`SELECT COUNT(*) AS n FROM (${odd}) AS odd`), 0, 'masters without the three parts of their run');
    const parts = await number(`SELECT COUNT(*) AS n FROM ${pieces}`);
    assert.equal(parts, 3 * (await number(`SELECT COUNT(*) AS n FROM ${table('__master')}`)), 'parts without their master');
    const keys = perTable * computed.length;
    const errors = sum.meant + [...other.values()].reduce((all, each) => all + each, 0);
    const left = keys - sum.results - errors;
    assert.ok(left >= 0, 'more results and errors than keys');
    return { keys, ...sum, other, left };
  });
}

/** A message without what differs from one to the next. */
const kind = (message: string): string => message.replace(/\d+/g, 'N').slice(0, 60);
