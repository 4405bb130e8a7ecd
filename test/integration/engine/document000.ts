// Document 000, "Distributed Computing", in TypeScript, top to bottom with the counts that it shows.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { closedGate } from '../../harness/gate';
import { describeEngine } from './describeEngine';
import { beginTogether, WorkerProcess } from './workers';
import { workTables } from './workTables';

export const document000 = describeEngine('document 000', (engine) => {
  it('runs top to bottom with the same counts', async () => {
    const said: string[] = [];
    const print = (line: string) => said.push(line);
    const shown: string[] = [];

    let schema = dj.schema('tutorial_distributed', { connection: engine.connection });
    // Clean up from previous runs
    await schema.drop();
    schema = dj.schema('tutorial_distributed', { connection: engine.connection });

    @schema
    class Experiment extends dj.Manual {
      static override readonly definition = `
        exp_id : int
        ---
        n_samples : int
      `;
    }

    @schema
    class Analysis extends dj.Computed {
      static override readonly definition = `
        -> Experiment
        ---
        result : float64
        compute_time : float32
      `;

      async make(key: dj.Key) {
        const start = performance.now();
        const n = Number(await Experiment.restrict(key).fetch1('n_samples'));
        let sum = 0;
        for (let i = 0; i < n; i++) sum += Math.sin(i) ** 2;
        await this.insert1({ ...key, result: sum / n, compute_time: (performance.now() - start) / 1000 });
      }
    }

    await Experiment.insert(Array.from({ length: 20 }, (_, i) => ({ exp_id: i, n_samples: 10_000 })));
    print(`To compute: ${await Analysis.keySource.exclude(Analysis).count()}`);

    // Distributed mode
    dj.setProgressDisplay((table) => (event) => {
      if (event.type === 'done') shown.push(`${table}: ${event.done}/${event.total}`);
    });
    try {
      const five = await Analysis.populate({ reserveJobs: true, maxCalls: 5, displayProgress: true });
      assert.deepEqual(five, { successCount: 5, skippedCount: 0, errorList: [] });
      assert.deepEqual(shown.splice(0), [1, 2, 3, 4, 5].map((done) => `Analysis: ${done}/5`));

      // Refresh job queue
      const { added } = await Analysis.jobs.refresh();
      print(`Added: ${added}`);
      // Check status
      for (const [status, count] of Object.entries(await Analysis.jobs.progress())) print(`${status}: ${count}`);

      // Complete remaining jobs with distributed coordination
      await Analysis.populate({ reserveJobs: true, displayProgress: true });
      assert.equal(shown.at(-1), 'Analysis: 15/15');
    } finally {
      dj.setProgressDisplay(null);
    }
    print(`Computed: ${await Analysis.count()}`);

    // View errors
    print(`Errors: ${await Analysis.jobs.errors.count()}`);
    // Retry failed jobs
    await Analysis.jobs.errors.delete();
    const again = await Analysis.populate({ reserveJobs: true, suppressErrors: true });
    assert.deepEqual(again, { successCount: 0, skippedCount: 0, errorList: [] });

    assert.deepEqual(said, [
      'To compute: 20', 'Added: 0', 'pending: 15', 'reserved: 0', 'success: 0', 'error: 0', 'ignore: 0', 'total: 15', 'Computed: 20', 'Errors: 0',
    ]);
    await schema.drop();
    assert.equal(await schema.exists(), false);
  });

  it('worker loop: a hundred at a time until nothing is left', async () => {
    const { Source, Result } = workTables(engine.schema(), (key) => {
      if (key === 7) throw new Error('seven');
    });
    await Source.insert(Array.from({ length: 250 }, (_, k) => ({ k })));
    const calls: number[] = [];
    for (;;) {
      const result = await Result.populate({ reserveJobs: true, maxCalls: 100, suppressErrors: true });
      calls.push(result.successCount);
      if (result.successCount === 0) break;
    }
    assert.deepEqual(calls, [99, 100, 50, 0]);
    assert.equal(await Result.jobs.errors.count(), 1);
  });

  it('workers of several processes share the keys', async (context) => {
    const schema = engine.schema();
    const { Source, Result } = workTables(schema, () => undefined);
    await Source.insert(Array.from({ length: 60 }, (_, k) => ({ k })));
    const gate = closedGate(context);
    const order = { spec: engine.spec, schema: schema.schemaName, milliseconds: 1, hangAt: null, gate: gate.file };
    const workers = [1, 2].map(() => new WorkerProcess(context, order));
    await Promise.all(workers.map((worker) => worker.message('ready')));
    await beginTogether(workers, gate);
    const results = await Promise.all(workers.map((worker) => worker.message('done')));
    await Promise.all(workers.map((worker) => worker.ended));
    assert.equal(results.reduce((sum, result) => sum + result.successCount, 0), 60);
    assert.equal(await Result.count(), 60);
  });
});
