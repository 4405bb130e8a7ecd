import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { closedGate } from '../harness/gate';
import { startServer, type TestServer } from '../harness/server';
import { until } from '../harness/until';
import { beginTogether, WorkerProcess } from '../integration/engine/workers';
import { workTables } from '../integration/engine/workTables';
import { both23, runPython, startPython } from './python';

type Action = readonly [name: string, ...values: number[]];

interface Answer {
  readonly pid: number;
  readonly answers: unknown[];
}

for (const python23 of both23) describe(`one queue, datajoint-python ${python23.version} and the engine`, { skip: python23.absent }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  let spec: dj.ConnectionSpec;

  before(async () => {
    server = await startServer();
    const { host, port, user, password } = server;
    spec = { kind: 'server', host, port, user, password, tls: null };
    connection = new dj.Connection(await dj.openDatabase(spec));
  });

  after(async () => {
    await connection.close();
    await server.stop();
  });

  const python = async (schema: string, actions: readonly Action[], broken: readonly number[] = []) =>
    (await runPython(python23, 'work_queue.py', server, { schema, actions, broken })) as Answer;
  const engine = (schema: string, onMake: (key: number) => void = () => undefined) => workTables(dj.schema(schema, { connection }), onMake);
  const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0, total: 0 };

  it('Python declares and inserts, the engine populates, Python fetches', async () => {
    await python('from_python', [['insert', 20], ['refresh']]);
    const { Result, Source } = engine('from_python');
    assert.deepEqual(await Source.fetch('k', { orderBy: 'KEY' }), Array.from({ length: 20 }, (_, k) => k));
    assert.equal((await Result.jobs.progress()).pending, 20);
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 20);
    const { answers } = await python('from_python', [['fetch'], ['items'], ['progress']]);
    assert.deepEqual(answers, [Array.from({ length: 20 }, (_, k) => [k, process.pid]), 40, none]);
  });

  it('the engine declares and inserts, Python populates, the engine fetches', async () => {
    const { Result, Source } = engine('from_engine');
    await Source.insert(Array.from({ length: 20 }, (_, k) => ({ k })));
    assert.equal((await Result.jobs.refresh()).added, 20);
    const { pid, answers } = await python('from_engine', [['progress'], ['populate'], ['progress']]);
    assert.deepEqual(answers, [{ ...none, pending: 20, total: 20 }, { made: 20, success: 20, errors: [] }, none]);
    assert.deepEqual(await Result.fetch('pid'), Array.from({ length: 20 }, () => pid));
    assert.equal(await Result.Item.count(), 40);
  });

  it('both see the errors of the other, with their stacks, and clear them', async () => {
    const { Result, Source } = engine('errors', (k) => {
      if (k < 2) throw new RangeError(`no ${k}`);
    });
    await Source.insert(Array.from({ length: 4 }, (_, k) => ({ k })));
    await Result.populate('k < 3', { reserveJobs: true, suppressErrors: true });
    const first = await python('errors', [['progress'], ['errors'], ['refresh'], ['populate'], ['clear_errors'], ['refresh'], ['populate']], [1, 3]);
    const [progress, errors, refreshed, populated, , again, repopulated] = first.answers as [object, { k: number; message: string; stack: string; user: string }[], object, object, null, object, { errors: unknown[] }];
    assert.deepEqual(progress, { ...none, error: 2, total: 2 });
    assert.deepEqual(errors.map(({ k, message }) => [k, message]), [[0, 'RangeError: no 0'], [1, 'RangeError: no 1']]);
    assert.match(errors[0]?.stack ?? '', /^RangeError: no 0\n +at .*queue\.test\.ts/);
    assert.equal(errors[0]?.user, connection.user);
    assert.deepEqual(refreshed, { added: 1, removed: 0, orphaned: 0, re_pended: 0 });
    assert.deepEqual(populated, { made: 1, success: 0, errors: [[{ k: 3 }, 'ValueError: bad sample 3']] });
    assert.deepEqual(again, { added: 3, removed: 0, orphaned: 0, re_pended: 0 });
    assert.equal(repopulated.errors.length, 2);
    assert.deepEqual(await Result.jobs.progress(), { ...none, error: 2, total: 2 });
    assert.deepEqual(await Result.jobs.errors.fetch('error_message', { orderBy: 'KEY' }), ['ValueError: bad sample 1', 'ValueError: bad sample 3']);
    assert.match(String((await Result.jobs.errors.fetch('error_stack', { orderBy: 'KEY' }))[0]), /^Traceback \(most recent call last\):[^]*ValueError: bad sample 1/);
    assert.equal((await Result.jobs.errors.delete())[0]?.rows, 2);
    assert.deepEqual(await Result.jobs.refresh(), { added: 2, removed: 0, orphaned: 0, rePended: 0 });
    assert.deepEqual((await python('errors', [['progress']])).answers, [{ ...none, pending: 2, total: 2 }]);
  });

  it('2,000 jobs, one Python worker and two of the engine: every key is made exactly once and nobody is stuck', async (context) => {
    const n = 2000;
    const { Result, Source } = engine('shared');
    await Source.insert(Array.from({ length: n }, (_, k) => ({ k })));
    await Result.jobs.refresh();
    const gate = closedGate(context);
    const workers = [0, 1].map(() => new WorkerProcess(context, { spec, schema: 'shared', milliseconds: 1, hangAt: null, gate: gate.file }));
    await Promise.all(workers.map((worker) => worker.message('ready')));
    const pythonWorker = startPython(python23, 'work_queue.py', server, { schema: 'shared', gate: gate.file, actions: [['populate']] });
    await until('Python makes a key', async () => (await Result.jobs.reserved.count()) > 0);
    await beginTogether(workers, gate);
    const ours = await Promise.all(workers.map((worker) => worker.message('done')));
    const theirs = ((await pythonWorker.result) as Answer).answers[0] as { made: number; success: number; errors: unknown[] };
    await Promise.all(workers.map((worker) => worker.ended));
    assert.deepEqual([theirs.errors, ...ours.map(({ errors }) => errors)], [[], [], []]);
    assert.equal(ours.reduce((sum, { made }) => sum + made, theirs.made), n, 'every key once');
    assert.equal(ours.reduce((sum, { successCount }) => sum + successCount, theirs.success), n);
    assert.ok(theirs.made > 0 && ours.every(({ made }) => made > 0), `shares: ${theirs.made}, ${ours.map(({ made }) => made).join(', ')}`);
    assert.equal(await Result.count(), n);
    assert.equal(await Result.Item.count(), 2 * n);
    assert.deepEqual(await Result.jobs.progress(), none);
  });
});
