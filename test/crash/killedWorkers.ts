import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Engine, describeEngine } from '../integration/engine/describeEngine';
import { WorkerProcess, type WorkOrder } from '../integration/engine/workers';
import { workTables } from '../integration/engine/workTables';

async function queue(engine: Engine, n: number) {
  const schema = engine.schema();
  const tables = workTables(schema, () => undefined);
  await tables.Source.insert(Array.from({ length: n }, (_, k) => ({ k })));
  await tables.Result.count();
  const start = async (order: Partial<WorkOrder> = {}) => {
    const worker = new WorkerProcess({ spec: engine.spec, schema: schema.schemaName, milliseconds: 0, hangAt: null, ...order });
    await worker.message('ready');
    worker.go();
    return worker;
  };
  return { ...tables, start };
}

export const killedWorkers = describeEngine('killed workers', (engine) => {
  it('leave their job to the next who refreshes, and not before they are dead', async () => {
    const { Result, start } = await queue(engine, 10);
    const worker = await start({ hangAt: 5 });
    await worker.message('making', ({ key }) => key === 5);
    const held = await Result.jobs.reserved.count();
    assert.ok(held >= 1);
    assert.equal((await Result.jobs.refresh()).orphaned, 0, 'a living worker keeps its jobs');
    worker.kill('SIGKILL');
    await worker.ended;
    const died = performance.now();
    assert.deepEqual(await Result.jobs.refresh(), { added: 0, removed: 0, orphaned: held, rePended: 0 });
    assert.ok(performance.now() - died < 1000);
    const job = await Result.jobs.restrict({ k: 5 }).fetch1();
    assert.equal(job['status'], 'pending');
    assert.deepEqual([job['pid'], job['host'], job['connection_id'], job['reserved_time']], [0, '', 0n, null]);
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 5);
    assert.equal(await Result.count(), 10);
    assert.equal((await Result.jobs.progress()).total, 0);
  });

  it('are replaced by the next populate without anybody asking', async () => {
    const { Result, start } = await queue(engine, 6);
    const worker = await start({ hangAt: 0 });
    await worker.message('making');
    worker.kill('SIGKILL');
    await worker.ended;
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 6);
  });

  it('lose nothing and make nothing twice, whenever they are killed', async () => {
    const { Source, Result, start } = await queue(engine, 400);
    // Kills at moments that are spread over starting, reserving, making and committing.
    for (let round = 0; round < 6; round++) {
      const workers = await Promise.all([start({ milliseconds: 1 }), start({ milliseconds: 1 })]);
      await Promise.race(workers.map((worker) => worker.message('making')));
      await pause(7 * round + 3);
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers.map((worker) => worker.ended));
      const unfinished = await Result.jobs.proj().fetch('k');
      const done = new Set(await Result.fetch('k'));
      assert.deepEqual(unfinished.filter((k) => done.has(k)), [], 'a key with a result has no job');
      assert.equal(await Result.Item.count(), 2 * done.size, 'a result is whole');
    }
    await Result.populate({ reserveJobs: true });
    assert.equal(await Source.exclude(Result).count(), 0);
    assert.equal(await Result.Item.count(), 800);
    assert.equal((await Result.jobs.progress()).total, 0);
  });

  it('that end on SIGTERM leave an error for the running key and nothing reserved', async () => {
    const { Result, start } = await queue(engine, 10);
    const worker = await start({ hangAt: 3 });
    await worker.message('making', ({ key }) => key === 3);
    const asked = performance.now();
    worker.kill('SIGTERM');
    await worker.ended;
    assert.ok(performance.now() - asked < 1000);
    assert.deepEqual(await Result.jobs.errors.fetch('k', 'error_message'), [[3], ['SystemExit: SIGTERM received']]);
    assert.equal(await Result.jobs.reserved.count(), 0);
    assert.equal(await Result.jobs.pending.count(), 6);
  });
});
