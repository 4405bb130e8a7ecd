import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeEngine } from '../integration/engine/describeEngine';
import { openLab } from './lab';

const KEYS = 160;
const WORKERS = 4;

export const deadlocks = describeEngine('a storm of deadlocks', (engine) => {
  it('shows in no job: each key is made once', async (test) => {
    const { connection, spec } = engine;
    const count = async (): Promise<number> => {
      const [row] = await connection.database.all({ sql: "SELECT count AS n FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'", values: [] });
      return Number(row?.['n']);
    };
    const lab = await openLab({ connection, spec, name: 'deadlocks', layout: 'table' }, KEYS);
    const before = await count();
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => lab.worker({ milliseconds: 2, conflicts: true, halt: { step: 'making', time: 1 } })));
    for (const worker of workers) worker.tell('go');
    // All of them are at work, and then go on at once.
    await Promise.all(workers.map((worker) => worker.must('halted')));
    for (const worker of workers) worker.tell('continue');
    const done = await Promise.all(workers.map((worker) => worker.must('done')));
    await Promise.all(workers.map((worker) => worker.ended));
    test.diagnostic(`${(await count()) - before} deadlocks in ${KEYS} jobs`);
    assert.ok((await count()) - before > 0, 'there was no deadlock at all');
    const unexpected = done.flatMap(({ errors }) => errors).filter(([, message]) => !message.startsWith('RangeError'));
    assert.deepEqual(unexpected, []);
    assert.deepEqual(await lab.finish(), { results: KEYS - KEYS / 20, errors: KEYS / 20, pending: 0 });
  });
});
