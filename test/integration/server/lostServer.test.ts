/** A server that crashes in the midst of work and comes back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as dj from '../../../src/engine';
import { startServer, type TestServer } from '../../harness/server';
import { until } from '../../harness/until';
import { counts, none } from '../engine/jobCounts';
import { refused } from '../engine/describeEngine';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const connect = async () => {
  const { host, port, user, password } = server;
  return new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
};
const sleeping = async () =>
  Number(await server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"));
const sleep = { sql: 'SELECT SLEEP(600)', values: [] };

test('a read, a write and a transaction that it breaks off say so; the next ones work, and nothing is half done', async () => {
  const connection = await connect();
  const { database } = connection;
  await server.sql('CREATE DATABASE lab; CREATE TABLE lab.t (k INT PRIMARY KEY)');
  const reading = refused(
    'unreachable',
    () => database.all(sleep),
    /^(Nothing listens at 127\.0\.0\.1|The server 127\.0\.0\.1:\d+ broke the connection off)/,
  );
  const writing = refused(
    'connection_lost',
    () =>
      database.transaction(async (open) => {
        await open.run({ sql: 'INSERT INTO lab.t VALUES (1)', values: [] });
        await open.all(sleep);
      }),
    'was killed or cut off',
  );
  await until('both wait', async () => (await sleeping()) === 2);
  await server.crash();
  await Promise.all([reading, writing]);
  await refused('unreachable', () => database.all({ sql: 'SELECT 1', values: [] }), 'Nothing listens');
  await server.restart();
  assert.deepEqual(await database.all({ sql: 'SELECT * FROM lab.t', values: [] }), []);
  assert.equal(
    (await database.transaction((open) => open.run({ sql: 'INSERT INTO lab.t VALUES (2)', values: [] }))).changes,
    1,
  );
  await until('one session stays', async () => (await server.sessions()) === 1);
  await connection.close();
  await until('no session stays', async () => (await server.sessions()) === 0);
});

test('a populate outlasts it: each key is made once, and no job is left behind', async () => {
  const connection = await connect();
  const schema = dj.schema('outlast', { connection });
  class Source extends dj.Manual {
    static override readonly definition: string = 'k : int32';
  }
  const begun: number[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\nattempt : int32';
    async make(key: dj.Key) {
      begun.push(Number(key['k']));
      await this.insert1({ ...key, attempt: begun.filter((k) => k === key['k']).length });
      if (key['k'] === 2) await gate;
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert([0, 1, 2, 3, 4].map((k) => [k]));
  const working = Result.populate({ reserveJobs: true, suppressErrors: true });
  await until('the third runs', () => begun.includes(2));
  await server.crash();
  release();
  await server.restart();
  const result = await working;
  assert.deepEqual([result.successCount, result.errorList], [5, []]);
  assert.deepEqual(await Result.fetch('k', 'attempt', { orderBy: 'KEY' }), [
    [0, 1, 2, 3, 4],
    [1, 1, 2, 1, 1],
  ]);
  assert.deepEqual(await counts(Result), none);
  await connection.close();
  await until('no session stays', async () => (await server.sessions()) === 0);
});
