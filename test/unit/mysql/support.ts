import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type Database, openDatabase, type OpenOptions, type Statement } from '../../../src/engine/database';
import { DataJointError, type ErrorCode } from '../../../src/engine/errors';
import { startServer, type TestServer } from '../../harness/server';

export type ServerSpec = Extract<Parameters<typeof openDatabase>[0], { kind: 'server' }>;

/** A server for the tests of one file, after the SQL of `setup`; what was opened on it is closed when they have ended. */
export function onServer(options: readonly string[] = [], setup = '') {
  let server: TestServer | null = null;
  const opened: Database[] = [];
  const running = (): TestServer => {
    if (server === null) throw new Error('the server runs only while tests run');
    return server;
  };
  before(async () => {
    server = await startServer(['--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin', ...options]);
    if (setup !== '') await server.sql(setup);
  });
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await server?.stop();
  });
  return {
    get server() {
      return running();
    },
    spec(change: Partial<ServerSpec> = {}): ServerSpec {
      const { host, port, user, password, serverKey } = running();
      return { kind: 'server', host, port, user, password, tls: null, ...(serverKey === undefined ? {} : { serverKey }), ...change };
    },
    async open(change: Partial<ServerSpec> = {}, openOptions: OpenOptions = {}): Promise<Database> {
      const database = await openDatabase(this.spec(change), openOptions);
      opened.push(database);
      return database;
    },
    /** How many sessions the account has, without those of `server.sql`, which come through the socket and may just be ending. */
    async sessions(user = 'root'): Promise<number> {
      return Number(
        await running().sql(
          `SELECT COUNT(*) FROM information_schema.processlist WHERE user = '${user}' AND host <> 'localhost' AND command <> 'Killed'`,
        ),
      );
    },
  };
}

/** The numbers from 1 on as a table that has the one column seq, on any server. */
export const numbersTo = (count: number): string =>
  `JSON_TABLE(CONCAT('[0', REPEAT(',0', ${String(count - 1)}), ']'), '$[*]' COLUMNS (seq FOR ORDINALITY)) AS numbers`;

/** 100 MB, more than lies between a server and this process. */
export const manyRows = `SELECT seq, REPEAT('x', 1000) AS text FROM ${numbersTo(100_000)}`;

export const sql = (text: string, ...values: Statement['values']): Statement => ({ sql: text, values });

/** Asserts that `work` rejects with a DataJointError of this code whose one sentence matches. */
export async function refused(work: Promise<unknown>, code: ErrorCode, sentence: RegExp): Promise<DataJointError> {
  const error: unknown = await work.then(
    () => assert.fail(`nothing was thrown, but ${code} was due`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DataJointError)) throw error;
  assert.equal(error.code, code, error.message);
  assert.match(error.message, sentence);
  assert.match(error.message, /^\S.*[.!]$/s);
  return error;
}
