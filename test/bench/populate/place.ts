import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as engine from '../../../src/engine';
import { startServer, type TestServer } from '../../harness/server';
import { until } from '../../harness/until';
import { dj } from '../builtEngine';
import { benchTables } from './tables';

/** A database to measure on. */
export interface Place {
  readonly name: string;
  readonly spec: engine.ConnectionSpec;
  readonly connection: engine.Connection;
  /** The SQL of a table of whole numbers from 1 to n, with a column seq. */
  readonly sequence: (n: number) => string;
  readonly server: TestServer | null;
  close(): Promise<void>;
}

export async function sqlitePlace(durability: 'full' | 'normal'): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'djw-bench-'));
  const spec = { kind: 'embedded', file: join(folder, 'embedded.db'), durability } as const;
  const connection = new dj.Connection(await dj.openDatabase(spec));
  return {
    name: `SQLite ${durability.toUpperCase()}`,
    spec,
    connection,
    sequence: (n) => `(WITH RECURSIVE s(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < ${n}) SELECT seq FROM s)`,
    server: null,
    close: async () => {
      await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server as it comes, each commit on the disk before it is answered, with memory for what is measured. */
export async function mariadbPlace(): Promise<Place> {
  const server = await startServer(['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=512M', '--max-connections=200']);
  const { host, port, user, password } = server;
  const spec = { kind: 'server', host, port, user, password, tls: null } as const;
  const connection = new dj.Connection(await dj.openDatabase(spec));
  return {
    name: 'MariaDB',
    spec,
    connection,
    sequence: (n) => `mysql.seq_1_to_${n}`,
    server,
    close: async () => {
      await connection.close();
      await server.stop();
    },
  };
}

/** Runs SQL that the benchmark itself needs. */
export const run = (place: Place, sql: string): Promise<unknown> => place.connection.database.run({ sql, values: [] });

/** Transactions whose deleted rows are still in the tables: a reader passes over each. */
async function historyLength({ connection }: Place): Promise<number> {
  const [row] = await connection.database.all({ sql: "SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'", values: [] });
  return Number(row?.['Value']);
}

export interface Backlog {
  readonly schema: string;
  readonly tables: ReturnType<typeof benchTables>;
  /** Leaves no result and no job. */
  clear(): Promise<void>;
  /** Makes all keys pending again. */
  reset(): Promise<void>;
  /** The job table's name as it stands in SQL. */
  readonly jobs: string;
}

/** A schema with so many keys, none of them made. `other` more are errors, and as many are to run in a year. */
export async function backlog(place: Place, schema: string, keys: number, other = 0): Promise<Backlog> {
  const { connection } = place;
  const tables = benchTables(dj, dj.schema(schema, { connection }));
  const { Source, Result } = tables;
  await Result.count();
  await Source.count();
  const { dialect } = connection.database;
  const name = (table: string): string => dialect.tableReference({ schema, table });
  await run(place, `INSERT INTO ${name('source')} SELECT seq, seq * 0.5 FROM ${place.sequence(keys + 2 * other)} AS numbers`);
  await Result.jobs.table();
  const jobs = name('~~result');
  const clear = async (): Promise<void> => {
    await run(place, `DELETE FROM ${name('__result')}`);
    await run(place, `DELETE FROM ${jobs} WHERE k <= ${keys}`);
  };
  const reset = async (): Promise<void> => {
    await clear();
    await Result.jobs.refresh();
    if (place.server === null) await run(place, 'PRAGMA wal_checkpoint(TRUNCATE)');
    else await until('the server has removed what was deleted', async () => (await historyLength(place)) < 100, 120_000);
  };
  await Result.jobs.refresh();
  if (other > 0) {
    await run(place, `UPDATE ${jobs} SET status = 'error', error_message = 'ValueError: bad sample' WHERE k > ${keys} AND k <= ${keys + other}`);
    const year = dialect.addSeconds(dialect.now(3), '31536000');
    await run(place, `UPDATE ${jobs} SET scheduled_time = ${year} WHERE k > ${keys + other}`);
  }
  return { schema, tables, clear, reset, jobs };
}
