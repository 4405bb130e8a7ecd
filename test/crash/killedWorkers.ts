import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeEngine } from '../integration/engine/describeEngine';
import { allEnded, assertSound } from './invariant';
import { openLab } from './lab';

export const killedWorkers = describeEngine('killed workers', (engine) => {
  let labs = 0;
  const open = (keys: number) => {
    const { connection, spec } = engine;
    return openLab({ connection, spec, name: `killed_${(labs += 1)}`, layout: 'table' }, keys);
  };

  it('leave their job to the next who refreshes, and not before they are dead', async () => {
    const lab = await open(6);
    const { Result } = lab.tables;
    const worker = await lab.start({ haltAtKey: 5 });
    await worker.must('halted');
    const held = await Result.jobs.reserved.count();
    assert.ok(held >= 1);
    assert.equal((await Result.jobs.refresh()).orphaned, 0, 'a living worker keeps its jobs');
    const made = await Result.count();
    await worker.kill();
    const census = await assertSound(lab);
    assert.deepEqual(census, { results: made, errors: 0, pending: 6 - made });
    const job = await Result.jobs.restrict({ k: 5 }).fetch1();
    assert.deepEqual([job['status'], job['pid'], job['host'], job['connection_id'], job['reserved_time']], ['pending', 0, '', 0n, null]);
    await lab.finish();
  });

  it('are replaced by the next populate without anybody asking', async () => {
    const lab = await open(6);
    const worker = await lab.start({ haltAtKey: 0 });
    await worker.must('halted');
    await worker.kill();
    await allEnded(engine.connection);
    assert.deepEqual(await lab.finish(), { results: 6, errors: 0, pending: 0 });
  });

  it('do not end or hold up those beside them', async () => {
    const lab = await open(200);
    const [killed, ...others] = await Promise.all([1, 2, 3].map(() => lab.worker({ milliseconds: 1, halt: { step: 'before commit', time: 1 } })));
    // On a file the process that is about to commit keeps the others waiting: the first is killed, the others told to go on.
    killed?.tell('go');
    await killed?.must('making');
    for (const other of others) other.tell('go');
    for (const other of others) other.tell('continue');
    await killed?.must('halted');
    await killed?.kill();
    for (const other of others) await other.must('done');
    await Promise.all(others.map((other) => other.ended));
    await assertSound(lab);
    await lab.finish();
  });

  for (const [signal, message] of [
    ['SIGTERM', 'SystemExit: SIGTERM received'],
    ['SIGINT', 'KeyboardInterrupt'],
  ] as const) {
    it(`that end on ${signal} leave an error for the running key and nothing reserved`, async () => {
      const lab = await open(6);
      const { Result } = lab.tables;
      const worker = await lab.start({ haltAtKey: 3 });
      await worker.must('halted');
      worker.signal(signal);
      await worker.ended;
      assert.deepEqual(await Result.jobs.errors.fetch('k', 'error_message'), [[3], [message]]);
      assert.equal(await Result.jobs.reserved.count(), 0);
      assert.equal((await assertSound(lab)).errors, 1);
    });
  }
});
