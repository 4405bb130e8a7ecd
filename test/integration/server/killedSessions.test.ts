/** Somebody kills the session that a job names, while make() uses it or does something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { counts, none } from '../engine/jobCounts';
import { WorkerProcess } from '../engine/workers';
import { workTables } from '../engine/workTables';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();
const KEYS = [0, 1, 2, 3, 4];
const never = () => new Promise<never>(() => undefined);

/** Tables whose make of key 1 hangs as `hang` does, and how often each make began. */
async function hanging(hang: (Source: typeof dj.Manual) => Promise<unknown>, threeParts = false) {
  const connection = await lab.connect();
  const schema = lab.schema(connection);
  class Source extends dj.Manual {
    static override readonly definition: string = 'k : int32';
  }
  const begun: number[] = [];
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\nmade_by : int32';
  }
  const begin = async (key: dj.Key) => {
    begun.push(Number(key['k']));
    if (key['k'] === 1) await hang(Source);
  };
  const insert = (key: dj.Key) => Result.insert1({ ...key, made_by: process.pid });
  const parts = {
    makeFetch: async (key: dj.Key) => await Source.restrict(key).fetch1('k'),
    makeCompute: begin,
    makeInsert: insert,
  };
  const whole = {
    make: async (key: dj.Key) => {
      await begin(key);
      await insert(key);
    },
  };
  Object.assign(Result.prototype, threeParts ? parts : whole);
  schema(Source);
  schema(Result);
  await Source.insert(KEYS.map((k) => [k]));
  await Result.jobs.refresh();
  /** The session that the job of key 1 names, once it runs. */
  const sessionOfJob = async (): Promise<number> =>
    await until('the job runs', async () =>
      begun.includes(1) ? Number(await Result.jobs.reserved.restrict({ k: 1 }).fetch1('connection_id')) : null,
    );
  return { connection, schema, Source, Result, begun, sessionOfJob };
}

async function kill(by: dj.Connection, id: number): Promise<void> {
  const session = (await by.sessions.list()).find((each) => each.id === id);
  assert.ok(session !== undefined, 'the session that the job names is not there');
  await by.sessions.kill(session);
}

const ways = {
  'sleeps in the database': {
    hang: (Source: typeof dj.Manual) => Source.restrict('SLEEP(600) = 0').count(),
    threeParts: false,
  },
  'awaits something else': { hang: never, threeParts: false },
  'computes between its other parts': { hang: never, threeParts: true },
} as const;

for (const [name, { hang, threeParts }] of Object.entries(ways)) {
  test(`make() ${name}: its job fails with a sentence, the worker signs anew and makes the rest`, async () => {
    const { connection, Result, begun, sessionOfJob } = await hanging(hang, threeParts);
    const root = await lab.connect('root');
    const working = Result.populate({ reserveJobs: true, suppressErrors: true });
    const killed = await sessionOfJob();
    if (name === 'sleeps in the database') {
      const shown = (await root.sessions.list()).find((session) => session.id === killed);
      assert.match(shown?.info ?? '', /SLEEP\(600\)/, 'the session of the job is the one that works');
    }
    // Outside a transaction the session of the job answers the test's own question about it too.
    assert.equal(await lab.sessions(), threeParts ? 1 : 2);
    await kill(root, killed);
    const result = await working;
    assert.equal(result.successCount, 4);
    const sentence = new RegExp(
      `^LostConnectionError: Session ${killed} on worker@127\\.0\\.0\\.1:\\d+ was killed or cut off`,
    );
    assert.match(String(result.errorList[0]?.[1]), sentence);
    assert.deepEqual(await Result.fetch('k', { orderBy: 'KEY' }), [0, 2, 3, 4]);
    assert.deepEqual(await counts(Result), { ...none, error: 1 });
    const job = await Result.jobs.errors.fetch1();
    assert.deepEqual([job['k'], Number(job['connection_id'])], [1, killed]);
    assert.match(String(job['error_message']), sentence);
    assert.deepEqual(
      begun.toSorted((a, b) => a - b),
      KEYS,
      'each make began once',
    );
    const now = await connection.database.transaction((open) => Promise.resolve(open.connectionId));
    assert.notEqual(now, killed);
    await connection.close();
    await until('no session is left', async () => (await lab.sessions()) === 0);
  });
}

test('one whose job somebody else has by then records nothing on it', async () => {
  const { connection, schema, Result, sessionOfJob } = await hanging(never);
  const root = await lab.connect('root');
  const working = Result.populate({ reserveJobs: true, suppressErrors: true });
  const killed = await sessionOfJob();
  await lab.server.sql(`UPDATE ${schema.schemaName}.\`~~result\` SET pid = pid + 1 WHERE k = 1`);
  await kill(root, killed);
  const result = await working;
  assert.equal(result.successCount, 4);
  assert.match(String(result.errorList[0]?.[1]), /was taken away when its session had ended/);
  assert.deepEqual(await counts(Result), { ...none, reserved: 1 });
  await connection.close();
  await until('no session is left', async () => (await lab.sessions()) === 0);
});

test('without suppressErrors the populate ends with that sentence', async () => {
  const { connection, Result, sessionOfJob } = await hanging(never);
  const root = await lab.connect('root');
  const working = assert.rejects(Result.populate({ reserveJobs: true }), /was killed or cut off/);
  await kill(root, await sessionOfJob());
  await working;
  assert.deepEqual(await counts(Result), { ...none, error: 1, pending: 3 });
  await connection.close();
  await until('no session is left', async () => (await lab.sessions()) === 0);
});

test('of two worker processes on one queue: no key is made twice, none is forgotten, no session stays', async (context) => {
  const connection = await lab.connect('root');
  const schema = lab.schema(connection);
  const { Source, Result } = workTables(schema, () => undefined);
  await Source.insert(Array.from({ length: 60 }, (_, k) => [k]));
  await Result.jobs.refresh();
  const order = { spec: lab.spec, schema: schema.schemaName, milliseconds: 5, hangAt: 7 };
  const workers = [new WorkerProcess(context, order), new WorkerProcess(context, order)];
  for (const worker of workers) await worker.message('ready');
  for (const worker of workers) worker.go();
  await Promise.any(workers.map((worker) => worker.message('making', ({ key }) => key === 7)));
  const id = await until(
    'the job is there',
    async () => (await Result.jobs.reserved.restrict({ k: 7 }).fetch('connection_id'))[0],
  );
  await kill(connection, Number(id));
  const done = await Promise.all(workers.map((worker) => worker.message('done')));
  assert.equal(
    done.reduce((sum, { successCount }) => sum + successCount, 0),
    59,
  );
  assert.equal(await Result.count(), 59);
  assert.equal(await Result.Item.count(), 118);
  assert.deepEqual(await counts(Result), { ...none, error: 1 });
  assert.deepEqual(await Result.jobs.errors.fetch('k'), [7]);
  await Promise.all(workers.map((worker) => worker.ended));
  await until('no session is left', async () => (await lab.sessions()) === 0);
});
