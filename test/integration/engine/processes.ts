import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { closedGate } from '../../harness/gate';
import { type Engine, describeEngine } from './describeEngine';
import { beginTogether, WorkerProcess, type WorkOrder } from './workers';
import { workTables } from './workTables';

async function queue(engine: Engine, context: TestContext, n: number) {
  const schema = engine.schema();
  const tables = workTables(schema, () => undefined);
  await tables.Source.insert(Array.from({ length: n }, (_, k) => ({ k })));
  await tables.Result.count();
  const start = (order: Partial<WorkOrder> = {}) =>
    new WorkerProcess(context, { spec: engine.spec, schema: schema.schemaName, milliseconds: 0, hangAt: null, ...order });
  return { ...tables, start };
}

export const processes = describeEngine('worker processes', (engine) => {
  it('share one queue: each key is made exactly once and no job is left', async (context) => {
    const { Source, Result, start } = await queue(engine, context, 300);
    const gate = closedGate(context);
    const workers = Array.from({ length: 4 }, () => start({ milliseconds: 2, gate: gate.file }));
    const pids = await Promise.all(workers.map(async (worker) => (await worker.message('ready')).pid));
    await beginTogether(workers, gate);
    const results = await Promise.all(workers.map((worker) => worker.message('done')));
    await Promise.all(workers.map((worker) => worker.ended));
    assert.deepEqual(results.flatMap((result) => result.errors), []);
    const sum = (of: (result: (typeof results)[number]) => number) => results.reduce((total, result) => total + of(result), 0);
    assert.equal(sum((result) => result.successCount), 300);
    assert.equal(sum((result) => result.made), 300);
    assert.ok(results.every((result) => result.made > 0), `shares: ${results.map((result) => result.made).join(', ')}`);
    assert.equal(await Source.exclude(Result).count(), 0);
    assert.equal(await Result.Item.count(), 600);
    assert.deepEqual([...new Set(await Result.fetch('pid'))].sort(), pids.sort());
    assert.equal((await Result.jobs.progress()).total, 0);
  });

  it('finish what another worker has refreshed, and do not wait for what it holds', async (context) => {
    const { Result, start } = await queue(engine, context, 20);
    const slow = start({ hangAt: 0 });
    await slow.message('ready');
    slow.go();
    await slow.message('making', ({ key }) => key === 0);
    const result = await Result.populate({ reserveJobs: true });
    assert.equal(result.successCount, 19);
    assert.deepEqual(await Result.jobs.reserved.fetch('k'), [0]);
    slow.kill('SIGINT');
    await slow.ended;
    assert.equal(await Result.jobs.errors.fetch1('error_message'), 'KeyboardInterrupt');
  });

  it('declare the same tables at the same moment', async (context) => {
    const schema = engine.schema();
    const workers = Array.from({ length: 3 }, () => new WorkerProcess(context, { spec: engine.spec, schema: schema.schemaName, milliseconds: 0, hangAt: null }));
    await Promise.all(workers.map((worker) => worker.message('ready')));
    const { Source, Result } = workTables(schema, () => undefined);
    await Source.insert([{ k: 1 }, { k: 2 }, { k: 3 }]);
    for (const worker of workers) worker.go();
    const results = await Promise.all(workers.map((worker) => worker.message('done')));
    await Promise.all(workers.map((worker) => worker.ended));
    assert.equal(results.reduce((sum, { successCount }) => sum + successCount, 0), 3);
    assert.deepEqual((await schema.listTables()).sort(), ['__result', '__result__item', 'source']);
    assert.equal(await Result.count(), 3);
  });
});
