/** A server that has as many sessions as it allows: what needs no more goes on, what does waits, and nothing leaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { counts, none } from '../engine/jobCounts';
import { ServerUnderTest } from './onServer';

/** The least that MariaDB takes. */
const MOST = 10;
const lab = new ServerUnderTest([`--max-connections=${MOST}`]);

/** An account without the privilege to use the seat that servers keep for administrators. */
async function plain(): Promise<Extract<dj.ConnectionSpec, { kind: 'server' }>> {
  await lab.server.sql(
    "CREATE USER IF NOT EXISTS plain@'127.0.0.1' IDENTIFIED BY 'p'; GRANT ALL ON `lab%`.* TO plain@'127.0.0.1'",
  );
  return { ...lab.spec, user: 'plain', password: 'p' };
}
const sessions = async () =>
  Number(await lab.server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'plain'"));

/** Takes every seat that is left, until one is refused; the answer gives them back. */
async function crowd(): Promise<() => Promise<void>> {
  const spec = await plain();
  const taken: dj.Database[] = [];
  for (;;) {
    try {
      taken.push(await dj.openDatabase(spec));
    } catch (error) {
      assert.ok(error instanceof dj.DataJointError);
      assert.equal(error.code, 'busy');
      assert.match(
        error.message,
        /^The server 127\.0\.0\.1:\d+ has as many connections as it allows: try again later, or end some of them\.$/,
      );
      // Who asks the server has a seat for a moment as well.
      if ((await sessions()) === MOST) break;
    }
  }
  return async () => {
    await Promise.all(taken.map((database) => database.close()));
  };
}

test('one more connection is refused with a sentence; a populate that has one goes on, its other lanes wait', async () => {
  const connection = new dj.Connection(await dj.openDatabase(await plain()));
  const schema = lab.schema(connection);
  class Source extends dj.Manual {
    static override readonly definition: string = 'k : int32';
  }
  let [running, most] = [0, 0];
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      most = Math.max(most, (running += 1));
      await pause(20);
      await this.insert1(key);
      running -= 1;
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert(Array.from({ length: 30 }, (_, k) => [k]));
  await Result.jobs.refresh();
  const leave = await crowd();
  assert.equal(await sessions(), MOST);
  const result = await Result.populate({ reserveJobs: true, concurrency: 3 });
  assert.deepEqual([result.successCount, result.errorList], [30, []]);
  assert.equal(most, 1, 'there was one session to work on');
  assert.deepEqual(await counts(Result), none);
  assert.equal(await sessions(), MOST);
  await leave();
  await until('the seats are free', async () => (await sessions()) === 1);
  await connection.close();
  await until('no session stays', async () => (await sessions()) === 0);
});

test('a second transaction waits for a seat', async () => {
  const connection = new dj.Connection(await dj.openDatabase(await plain()));
  const leave = await crowd();
  const { database } = connection;
  const answer = await database.transaction(
    async () => {
      const second = database.transaction((open) => open.all({ sql: 'SELECT 1 AS one', values: [] }), {
        readCommitted: true,
      });
      await leave();
      return await second;
    },
    { readCommitted: true },
  );
  assert.deepEqual(answer, [{ one: 1 }]);
  await connection.close();
  await until('no session stays', async () => (await sessions()) === 0);
});
