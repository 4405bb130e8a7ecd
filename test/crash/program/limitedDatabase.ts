import type * as dj from '../../../src/engine';
import { overridden } from './steps';

/**
 * An embedded database whose file may not grow beyond so many pages: what a full disk is to SQLite, for machines on which
 * no small disk can be had. Null: without limit.
 */
export function limitedDatabase(database: dj.Database, mostPages: number | null): dj.Database {
  if (mostPages === null) return database;
  const sql = `PRAGMA max_page_count = ${mostPages}`;
  return overridden(database, {
    transaction: (work, options) =>
      database.transaction(async (open) => {
        // A transaction that defers its writes has no connection of its own yet, and gets one that was limited before.
        if (options?.deferWrites !== true) await open.all({ sql, values: [] });
        return await work(open);
      }, options),
  });
}
