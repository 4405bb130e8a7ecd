// Workers as tools see and end them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { it, type TestContext } from 'node:test';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { type Engine, describeEngine, refused } from './describeEngine';
import { WorkerProcess } from './workers';
import { workTables } from './workTables';

/** A worker process that is making key 0, and will for ever, as the overview sees it. */
async function hanging(engine: Engine, context: TestContext) {
  const schema = engine.schema();
  const { Source, Result } = workTables(schema, () => undefined);
  await Source.insert([{ k: 0 }]);
  await Result.count();
  const process = new WorkerProcess(context, { spec: engine.spec, schema: schema.schemaName, milliseconds: 0, hangAt: 0 });
  const { pid } = await process.message('ready');
  process.go();
  await process.message('making', ({ key }) => key === 0);
  const overview = dj.createOverview(engine.connection);
  const seen = async () => {
    const worker = (await overview.workers()).workers.find((each) => each.host === hostname() && each.pid === pid);
    assert.ok(worker !== undefined);
    return worker;
  };
  return { Result, process, overview, seen };
}

export const workerLife = describeEngine('workers', (engine) => {
  it('stops one of this machine: its key is an error, and nothing stays reserved', async (context) => {
    const { Result, process, overview, seen } = await hanging(engine, context);
    const worker = await seen();
    assert.equal(worker.liveness.verdict, 'alive');
    assert.deepEqual(worker.jobs.map(({ key, status }) => [key, status]), [[{ k: 0 }, 'reserved']]);
    await refused('not_allowed', () => overview.freeJobs(worker), 'Stop it first');
    await refused('access', () => overview.stopWorker({ ...worker, host: 'elsewhere' }), 'its own machine');
    // A process that a row names and that is no worker of this session; another that a row names by chance.
    const innocent = spawn('python3', ['-c', 'import sys; print("up", flush=True); sys.stdin.read()'], { stdio: ['pipe', 'pipe', 'inherit'] });
    context.after(() => innocent.kill('SIGKILL'));
    await once(innocent.stdout, 'data');
    const forged = { ...worker, pid: innocent.pid ?? 0 };
    await refused(engine.spec.kind === 'embedded' ? 'access' : 'not_allowed', () => overview.stopWorker(forged));
    assert.equal(await engine.connection.sessions.provesProcess(forged, Date.now()), 'disproved');
    assert.equal(await engine.connection.sessions.provesProcess(worker, worker.since), 'proved');
    assert.deepEqual([innocent.exitCode, innocent.signalCode], [null, null], 'it lives');
    await overview.stopWorker(worker);
    await process.ended;
    await refused('not_allowed', () => overview.stopWorker(worker));
    const { reserved, error } = await Result.jobs.progress();
    assert.deepEqual([reserved, error], [0, 1]);
  });

  it('frees the jobs of one that was killed', async (context) => {
    const { Result, process, overview, seen } = await hanging(engine, context);
    process.kill('SIGKILL');
    await process.ended;
    const worker = await until('the death is seen', async () => {
      const found = await seen();
      return found.liveness.verdict === 'gone' ? found : null;
    });
    assert.equal(await overview.freeJobs(worker), 1);
    assert.equal(await overview.freeJobs(worker), 0);
    assert.equal((await Result.jobs.progress()).pending, 1);
  });
});
