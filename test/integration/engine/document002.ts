// Document 002, "Run Computations", in TypeScript: each of its snippets is a test.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine } from './describeEngine';

async function pipeline(engine: Engine) {
  const schema = engine.schema();
  const failing = new Set<string>();

  class Subject extends dj.Manual {
    static override readonly definition = `
      subject_id : varchar(8)
      ---
      sex : enum('M', 'F')
    `;
  }
  class Session extends dj.Manual {
    static override readonly definition = `
      -> Subject
      session_idx : int32
      ---
      session_date : date
    `;
  }
  class RawData extends dj.Manual {
    static override readonly definition = `
      -> Session
      ---
      data : <blob>
      quality : float64
    `;
  }
  const process = (raw: unknown): number => Array.from(raw as Float64Array).reduce((sum, value) => sum + value, 0);

  class ProcessedData extends dj.Computed {
    static override readonly definition = `
      -> RawData
      ---
      result : float64
    `;
    async make(key: dj.Key) {
      if (failing.has(String(key['subject_id']))) throw new RangeError(`bad recording of ${String(key['subject_id'])}`);
      // 1. Fetch input data
      const raw = await RawData.restrict(key).fetch1('data');
      // 2. Compute
      const result = process(raw);
      // 3. Insert
      await this.insert1({ ...key, result });
    }
  }

  class LongComputation extends dj.Computed {
    static override readonly definition = `
      -> RawData
      ---
      result : float64
    `;
    /** Fetches input data (outside the transaction); makeKwargs come from populate. */
    async makeFetch(key: dj.Key, { scale = 1 }: { scale?: number }) {
      const data = await RawData.restrict(key).fetch1('data');
      return [data, scale] as const;
    }
    /** Computes (outside the transaction). */
    makeCompute(_key: dj.Key, [data, scale]: readonly [unknown, number]) {
      return [process(data) * scale] as const;
    }
    /** Inserts results (inside a brief transaction). */
    async makeInsert(key: dj.Key, _fetched: unknown, [result]: readonly [number]) {
      await this.insert1({ ...key, result });
    }
  }

  class FilteredComputation extends dj.Computed {
    static override readonly definition = `
      -> RawData
      ---
      result : float64
    `;
    static override get keySource() {
      // Only compute for high-quality data
      return RawData.restrict('quality > 0.8').exclude(FilteredComputation.proj());
    }
    async make(key: dj.Key) {
      await this.insert1({ ...key, result: 1 });
    }
  }
  for (const table of [Subject, Session, RawData, ProcessedData, LongComputation, FilteredComputation]) schema(table);

  await Subject.insert([['M001', 'M'], ['M002', 'F'], ['M003', 'M']]);
  for (const [i, subject_id] of ['M001', 'M002', 'M003'].entries()) {
    for (const session_idx of [1, 2]) {
      await Session.insert1({ subject_id, session_idx, session_date: session_idx === 1 ? '2025-12-24' : '2026-01-02' });
      await RawData.insert1({ subject_id, session_idx, data: new Float64Array([i, session_idx]), quality: session_idx === 1 ? 0.5 : 0.9 });
    }
  }
  return { Subject, Session, RawData, ProcessedData, LongComputation, FilteredComputation, failing };
}

export const document002 = describeEngine('document 002', (engine) => {
  it('basic usage: populates all missing entries, with progress display', async () => {
    const { ProcessedData } = await pipeline(engine);
    assert.equal((await ProcessedData.populate()).successCount, 6);
    await ProcessedData.populate({ displayProgress: true });
    assert.equal(await ProcessedData.restrict({ subject_id: 'M003', session_idx: 2 }).fetch1('result'), 4);
  });

  for (const reserveJobs of [false, true]) {
    it(`restricts what to compute${reserveJobs ? ' in distributed mode' : ''}: subjects, recent sessions, one key`, async () => {
      const { Subject, Session, ProcessedData } = await pipeline(engine);
      const keys = async () => (await ProcessedData.fetch('KEY', { orderBy: 'KEY' })).map((key) => Object.values(key as object).join(' '));
      await ProcessedData.populate({ subject_id: 'M001', session_idx: 1 }, { reserveJobs });
      assert.deepEqual(await keys(), ['M001 1']);
      await ProcessedData.populate(Session.restrict("session_date > '2026-01-01'"), { reserveJobs });
      assert.deepEqual(await keys(), ['M001 1', 'M001 2', 'M002 2', 'M003 2']);
      await ProcessedData.populate(Subject.restrict("sex = 'M'"), { reserveJobs });
      assert.deepEqual(await keys(), ['M001 1', 'M001 2', 'M002 2', 'M003 1', 'M003 2']);
    });
  }

  it('limits the number of jobs', async () => {
    const { ProcessedData } = await pipeline(engine);
    assert.equal((await ProcessedData.populate({ limit: 4 })).successCount, 4);
    assert.equal((await ProcessedData.populate({ limit: 100 })).successCount, 2);
  });

  it('handles errors: continue, check what failed, clear, retry', async () => {
    const { ProcessedData, failing } = await pipeline(engine);
    failing.add('M002');
    // Continue on errors (log but don't stop)
    const result = await ProcessedData.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(result.successCount, 4);
    // Check what failed
    const failed = ProcessedData.jobs.restrict("status = 'error'");
    assert.deepEqual(await failed.fetch('error_message'), ['RangeError: bad recording of M002', 'RangeError: bad recording of M002']);
    // Clear errors to retry
    await failed.delete();
    failing.clear();
    assert.equal((await ProcessedData.populate()).successCount, 2);
  });

  it('checks progress: what is left, and the jobs', async () => {
    const { ProcessedData } = await pipeline(engine);
    await ProcessedData.populate({ maxCalls: 2 });
    const remaining = ProcessedData.keySource.exclude(ProcessedData);
    assert.equal(`${await remaining.count()} entries remaining`, '4 entries remaining');
    assert.deepEqual(await ProcessedData.progress(), { remaining: 4, total: 6 });
    assert.equal(await ProcessedData.jobs.count(), 0);
  });

  it('makes long computations in three parts, with makeKwargs', async () => {
    const { LongComputation } = await pipeline(engine);
    assert.equal((await LongComputation.populate({ reserveJobs: true, makeKwargs: { scale: 10 } })).successCount, 6);
    assert.equal(await LongComputation.restrict({ subject_id: 'M002', session_idx: 2 }).fetch1('result'), 30);
  });

  it('computes a custom key source', async () => {
    const { FilteredComputation } = await pipeline(engine);
    assert.equal((await FilteredComputation.populate()).successCount, 3);
    assert.deepEqual(await FilteredComputation.fetch('session_idx'), [2, 2, 2]);
    assert.equal((await FilteredComputation.populate({ reserveJobs: true })).successCount, 0);
  });
});
