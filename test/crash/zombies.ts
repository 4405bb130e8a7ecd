import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { until } from '../harness/until';
import { describeEngine } from '../integration/engine/describeEngine';
import type { CrashWorker } from './crashWorker';
import { assertSound } from './invariant';
import { openLab } from './lab';
import type { Step } from './program/order';

/** The process has stopped: a signal takes a moment. */
async function stop(worker: CrashWorker): Promise<void> {
  worker.signal('SIGSTOP');
  await until('the worker stands still', () => /^State:\s+T/m.test(readFileSync(`/proc/${worker.pid}/status`, 'utf8')));
}

/**
 * Workers that stand still (a suspended laptop, a frozen container) while their jobs are taken away by a timeout that
 * somebody asked for, and then go on as if nothing had happened.
 */
export const zombies = describeEngine('workers that stand still', (engine) => {
  let labs = 0;
  const open = (keys: number) => {
    const { connection, spec } = engine;
    return openLab({ connection, spec, name: `zombie_${(labs += 1)}`, layout: 'table' }, keys);
  };

  it('keep their jobs as long as nobody asks for a timeout', async () => {
    const lab = await open(3);
    const { jobs } = lab.tables.Result;
    const worker = await lab.start({ halt: { step: 'making', time: 1 } });
    await worker.must('halted');
    await stop(worker);
    assert.equal((await jobs.refresh()).orphaned, 0);
    worker.signal('SIGCONT');
    worker.tell('continue');
    assert.equal((await worker.must('done')).successCount, 3);
    await worker.ended;
    await assertSound(lab);
  });

  for (const step of ['making', 'before error'] as const satisfies Step[]) {
    it(`are fenced when they come back: their job was made by somebody else meanwhile (${step})`, async () => {
      const lab = await open(8);
      const { Result } = lab.tables;
      const worker = await lab.start({ halt: { step, time: 1 } });
      const { key } = await worker.must('halted');
      await stop(worker);
      assert.ok((await Result.jobs.refresh({ orphanTimeout: 0.001 })).orphaned >= 1);
      const mine = await Result.populate({ reserveJobs: true, suppressErrors: true });
      const [job] = await Result.jobs.restrict({ k: key }).fetch();
      const before = { result: await Result.restrict({ k: key }).fetch(), job };
      worker.signal('SIGCONT');
      worker.tell('continue');
      const { successCount } = await worker.must('done');
      await worker.ended;
      assert.deepEqual({ result: await Result.restrict({ k: key }).fetch(), job: (await Result.jobs.restrict({ k: key }).fetch())[0] }, before);
      assert.equal(mine.successCount + successCount, await Result.count());
      await lab.finish();
    });
  }

  it('are fenced too when their job is only pending again, and may take it once more themselves', async () => {
    const lab = await open(3);
    const { Result } = lab.tables;
    const worker = await lab.start({ halt: { step: 'making', time: 1 } });
    await worker.must('halted');
    await stop(worker);
    await Result.jobs.refresh({ orphanTimeout: 0.001 });
    worker.signal('SIGCONT');
    worker.tell('continue');
    await worker.must('done');
    await worker.ended;
    assert.deepEqual(await lab.finish(), { results: 3, errors: 0, pending: 0 });
  });
});
