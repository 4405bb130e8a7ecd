/** What can happen to a server and to the way to it while workers work. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import * as dj from '../../src/engine';
import { startServer, type TestServer } from '../harness/server';
import { until } from '../harness/until';
import type { CrashWorker } from './crashWorker';
import { assertSound } from './invariant';
import { type Lab, openLab } from './lab';
import { Proxy } from './proxy';

let server: TestServer;
let connection: dj.Connection;
let spec: Extract<dj.ConnectionSpec, { kind: 'server' }>;
let proxy: Proxy | null = null;

before(async () => {
  server = await startServer();
  const { host, port, user, password } = server;
  spec = { kind: 'server', host, port, user, password, tls: null };
  connection = new dj.Connection(await dj.openDatabase(spec));
});
afterEach(async () => {
  await proxy?.close();
  proxy = null;
});
after(async () => {
  await connection.close();
  await server.stop();
});

let labs = 0;
const open = (keys: number, layout: dj.JobLayout) => openLab({ connection, spec, name: `server_${(labs += 1)}`, layout }, keys);
const throughProxy = async () => {
  proxy = await Proxy.to(server.host, server.port);
  return { proxy, spec: { ...spec, port: proxy.port } };
};
/** The session of the only worker, as its jobs name it. */
async function sessionOf(lab: Lab): Promise<number> {
  const ids = await (lab.jobs ?? lab.tables.Result.jobs).restrict("status = 'reserved'").fetch('connection_id');
  return Number(ids[0]);
}

for (const layout of ['table', 'schema'] as const) {
  test(`KILL of a worker's session, ${layout} queue: its key is an error, it makes the rest`, async () => {
    const lab = await open(6, layout);
    const worker = await lab.start({ haltAtKey: 2 });
    await worker.must('halted');
    const session = await sessionOf(lab);
    await server.sql(`KILL ${String(session)}`);
    const { errors } = await worker.must('done');
    await worker.ended;
    assert.deepEqual(errors.map(([key]) => key), [2]);
    assert.match(errors[0]?.[1] ?? '', /^LostConnectionError: Session \d+ on .* was killed or cut off/);
    assert.deepEqual(await assertSound(lab), { results: 5, errors: 1, pending: 0 });
  });

  for (const step of ['before commit', 'after reserve'] as const) {
    test(`kill -9 and restart of the server, ${layout} queue, ${step}: the workers outlast it`, async () => {
      const lab = await open(60, layout);
      const workers: CrashWorker[] = [];
      // One after another: a worker that is about to commit keeps those waiting that begin.
      for (const halt of [{ step: 'making', time: 1 }, { step, time: 3 }] as const) {
        const worker = await lab.start({ milliseconds: 2, halt });
        await worker.must('halted');
        workers.push(worker);
      }
      await server.crash();
      for (const worker of workers) worker.tell('continue');
      await server.restart();
      for (const worker of workers) await worker.must('done');
      await Promise.all(workers.map((worker) => worker.ended));
      await assertSound(lab);
      assert.deepEqual(await lab.finish(), { results: 57, errors: 3, pending: 0 });
    });
  }
}

for (const layout of ['table', 'schema'] as const) {
  for (const step of ['before reserve', 'before commit'] as const) {
    test(`the answer to a commit is lost, ${layout} queue, ${step}: nothing stays reserved, nothing is made twice`, async () => {
      const lab = await open(8, layout);
      const { proxy: way, spec: through } = await throughProxy();
      const worker = await lab.start({ spec: through, halt: { step, time: 1 } });
      await worker.must('halted');
      way.dropNextAnswer();
      worker.tell('continue');
      const { errors } = await worker.must('done');
      await worker.ended;
      assert.deepEqual(errors.map(([key]) => key), [7]);
      assert.deepEqual(await assertSound(lab), { results: 7, errors: 1, pending: 0 });
    });
  }
}

test('a way that goes silent, of which only the server learns: the job is made by others, and the worker is fenced', async () => {
  const lab = await open(8, 'table');
  const { proxy: way, spec: through } = await throughProxy();
  const worker = await lab.start({ spec: through, haltAtKey: 2 });
  await worker.must('halted');
  const session = await sessionOf(lab);
  way.goDeaf();
  way.dropServerSide();
  await until('the server has ended the session', async () => (await connection.sessions.list()).every(({ id }) => id !== session));
  await lab.tables.Result.jobs.refresh();
  await lab.tables.Result.populate({ reserveJobs: true, suppressErrors: true });
  const run = await lab.tables.Result.restrict({ k: 2 }).fetch1('run');
  worker.tell('continue');
  way.recover();
  const { errors } = await worker.must('done');
  await worker.ended;
  assert.equal(await lab.tables.Result.restrict({ k: 2 }).fetch1('run'), run);
  for (const [key, message] of errors) if (key !== 7) assert.match(message, /reservation of Result was taken away/);
  assert.deepEqual(await lab.finish(), { results: 7, errors: 1, pending: 0 });
});

test('a way that goes silent, of which nobody learns: the job stays until somebody ends the session', async () => {
  const lab = await open(8, 'table');
  const { Result } = lab.tables;
  const { proxy: way, spec: through } = await throughProxy();
  const worker = await lab.start({ spec: through, haltAtKey: 2 });
  await worker.must('halted');
  way.goDeaf();
  assert.equal((await Result.jobs.refresh()).orphaned, 0, 'a session that stands is no evidence of death');
  await server.sql(`KILL ${String(await sessionOf(lab))}`);
  await until('the job is free', async () => (await Result.jobs.refresh()).orphaned > 0 || (await Result.jobs.reserved.count()) === 0);
  await Result.populate({ reserveJobs: true, suppressErrors: true });
  worker.tell('continue');
  way.recover();
  await worker.must('done');
  await worker.ended;
  assert.deepEqual(await lab.finish(), { results: 7, errors: 1, pending: 0 });
});
