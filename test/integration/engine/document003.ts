// Document 003, "Distributed Computing" with schema.jobs, in TypeScript, snippet by snippet. What it says of managing
// connections is tested with the sessions.
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, refused } from './describeEngine';

/** The document's tables; `during` runs inside the make() of each key. */
function jobResults(engine: { connection: dj.Connection }, name: string, during: (id: number) => Promise<void> | void = () => undefined, options: dj.SchemaOptions = { jobs: 'schema' }) {
  const schema = dj.schema(name, { connection: engine.connection, ...options });
  class Input extends dj.Manual {
    static override readonly definition = `
      id : int32
    `;
  }
  class JobResults extends dj.Computed {
    static override readonly definition = `
      -> Input
      ---
      result : int32
    `;
    async make(key: dj.Key) {
      await during(Number(key['id']));
      await this.insert1({ ...key, result: Number(key['id']) * 10 });
    }
  }
  schema(Input);
  schema(JobResults);
  return { schema, Input, JobResults };
}

export const document003 = describeEngine('document 003', (engine) => {
  it('keeps a record of each ongoing computation', async () => {
    let seen: unknown[] = [];
    const tables = jobResults(engine, 'ongoing', async () => {
      seen = await engine.connection.outside(() => tables.schema.jobs.fetch());
    });
    const { schema, Input, JobResults } = tables;
    await Input.insert([{ id: 5 }]);
    const { successCount } = await JobResults.populate({ reserveJobs: true });
    assert.equal(successCount, 1);
    const [row] = seen as Record<string, unknown>[];
    assert.equal(seen.length, 1);
    assert.deepEqual(
      { ...row, error_message: null, connection_id: null, timestamp: null },
      {
        table_name: '__job_results',
        key_hash: 'e4da3b7fbbce2345d7772b0674a318d5',
        status: 'reserved',
        key: { id: 5 },
        error_message: null,
        error_stack: null,
        user: engine.connection.user,
        host: hostname(),
        pid: process.pid,
        connection_id: null,
        timestamp: null,
      },
    );
    // "If the operation is a success, the record is removed."
    assert.equal(await schema.jobs.count(), 0);
    assert.deepEqual(await JobResults.fetch(), [{ id: 5, result: 50 }]);
  });

  it('leaves failed jobs in place with their details, until they are cleared', async () => {
    let broken = true;
    const calls: number[] = [];
    const { schema, Input, JobResults } = jobResults(engine, 'failing', (id) => {
      calls.push(id);
      if (broken && id === 2) throw new RangeError('gain is zero');
    });
    await Input.insert([{ id: 1 }, { id: 2 }, { id: 3 }]);
    const first = await JobResults.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(first.successCount, 2);
    assert.deepEqual(first.errorList, [[{ id: 2 }, 'RangeError: gain is zero']]);

    // (schema.jobs & 'status="error"').fetch(as_dict=True)
    const [job, ...others] = await schema.jobs.restrict('status="error"').fetch();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [job?.table_name, job?.key_hash, job?.status, job?.key, job?.error_message],
      ['__job_results', 'c81e728d9d4c2f636f067f89cc14862c', 'error', { id: 2 }, 'RangeError: gain is zero'],
    );
    assert.match(String(job?.error_stack), /^RangeError: gain is zero\n +at .*document003\.ts/);

    // "the presence of the job reservation will prevent this particular record from being processed"
    calls.length = 0;
    assert.equal((await JobResults.populate({ reserveJobs: true })).successCount, 0);
    assert.deepEqual(calls, []);

    // jk = {'table_name': JobResults.table_name, 'key_hash': dj.key_hash({'id': 2})}
    const jk = { table_name: JobResults.tableName, key_hash: dj.keyHash({ id: 2 }) };
    assert.equal(await schema.jobs.restrict(jk).count(), 1);
    await schema.jobs.restrict(jk).delete();
    assert.equal(await schema.jobs.restrict(jk).count(), 0);

    broken = false;
    assert.equal((await JobResults.populate({ reserveJobs: true })).successCount, 1);
    assert.equal(await schema.jobs.count(), 0);
  });

  it('clears all errors at once', async () => {
    const { schema, Input, JobResults } = jobResults(engine, 'clearing', () => {
      throw new Error('never');
    });
    await Input.insert([{ id: 1 }, { id: 2 }]);
    await JobResults.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(await schema.jobs.restrict('status="error"').count(), 2);
    await schema.jobs.restrict('status="error"').delete();
    assert.equal(await schema.jobs.count(), 0);
  });

  it('an interrupted key says so', async () => {
    const stop = new AbortController();
    const { schema, Input, JobResults } = jobResults(engine, 'interrupting', () => {
      stop.abort(new dj.Interruption('KeyboardInterrupt'));
    });
    await Input.insert([{ id: 2 }, { id: 3 }]);
    await assert.rejects(JobResults.populate({ reserveJobs: true, signal: stop.signal }));
    assert.deepEqual(await schema.jobs.fetch('error_message'), ['KeyboardInterrupt']);
  });

  it('reserve, complete, error and ignore by hand', async () => {
    const { schema, Input, JobResults } = jobResults(engine, 'by_hand');
    await Input.insert([1, 2, 3, 4].map((id) => ({ id })));
    await JobResults.count();
    assert.equal(await schema.jobs.reserve(JobResults, { id: 1 }), true);
    assert.equal(await schema.jobs.reserve('__job_results', { id: 1 }), false, 'a duplicate means that it is taken');
    await schema.jobs.complete(JobResults, { id: 1 });
    assert.equal(await schema.jobs.count(), 0);
    await refused('reservation_lost', () => schema.jobs.complete(JobResults, { id: 1 }), '__job_results');
    assert.equal(await schema.jobs.reserve(JobResults, { id: 2 }), true);
    await schema.jobs.error(JobResults, { id: 2 }, 'x'.repeat(3000), 'the stack');
    const [failed] = await schema.jobs.restrict({ status: 'error' }).fetch();
    assert.equal(failed?.error_message.length, 2047);
    assert.match(failed.error_message, /x\.\.\.truncated$/);
    assert.equal(failed.error_stack, 'the stack');
    assert.equal(await schema.jobs.ignore(JobResults, { id: 3 }), true);
    assert.equal(await schema.jobs.ignore(JobResults, { id: 3 }), false);
    // Failed and ignored keys are passed over.
    assert.equal((await JobResults.populate({ reserveJobs: true })).successCount, 2);
    assert.deepEqual(await JobResults.fetch('id', { orderBy: 'KEY' }), [1, 4]);
    assert.deepEqual(await JobResults.jobs.progress(), { pending: 0, reserved: 0, success: 0, error: 1, ignore: 1, total: 2 });
  });

  it('a schema that has ~jobs goes on with it; a table with a queue of its own with that', async () => {
    const asked = jobResults(engine, 'layouts');
    await asked.Input.insert([{ id: 1 }]);
    await asked.JobResults.populate({ reserveJobs: true });
    const { schema, Input, JobResults } = jobResults(engine, 'layouts', undefined, {});
    await Input.insert([{ id: 2 }]);
    await JobResults.populate({ reserveJobs: true });
    assert.deepEqual(await JobResults.fetch('id', { orderBy: 'KEY' }), [1, 2]);
    const names = async () => (await engine.connection.catalog.tables(['layouts'])).map(({ name }) => name.table).filter((name) => name.startsWith('~~'));
    assert.deepEqual(await names(), []);
    await refused('not_allowed', () => JobResults.jobs.fetch(), 'schema.jobs', '__job_results');
    assert.deepEqual(await JobResults.jobs.refresh(), { added: 0, removed: 0, orphaned: 0, rePended: 0 });
    assert.deepEqual(await names(), []);

    const own = jobResults(engine, 'layouts', undefined, { jobs: 'table' });
    await own.Input.insert([{ id: 3 }]);
    assert.equal((await own.JobResults.jobs.refresh()).added, 1);
    assert.deepEqual(await names(), ['~~job_results']);
    const again = jobResults(engine, 'layouts', undefined, {});
    assert.equal((await again.JobResults.jobs.progress()).pending, 1);
    assert.equal((await again.JobResults.populate({ reserveJobs: true })).successCount, 1);
    assert.equal(await schema.jobs.count(), 0);
  });

  it('restrictions, maxCalls and rows that appear meanwhile', async () => {
    const calls: number[] = [];
    const { schema, Input, JobResults } = jobResults(engine, 'restricted', (id) => void calls.push(id));
    await Input.insert(Array.from({ length: 10 }, (_, id) => ({ id })));
    assert.equal((await JobResults.populate('id < 5', { reserveJobs: true, maxCalls: 2 })).successCount, 2);
    assert.equal((await JobResults.populate('id < 5', { reserveJobs: true })).successCount, 3);
    assert.deepEqual([...calls].sort(), [0, 1, 2, 3, 4]);
    await schema.jobs.reserve(JobResults, { id: 9 });
    assert.equal((await JobResults.populate({ reserveJobs: true })).successCount, 4);
    assert.deepEqual(await schema.jobs.fetch('status'), ['reserved']);
  });

  it('a job that was cleared while it ran loses its result', async () => {
    const tables = jobResults(engine, 'fenced', async () => {
      await engine.connection.outside(() => tables.schema.jobs.delete());
    });
    await tables.Input.insert([{ id: 1 }]);
    const { errorList } = await tables.JobResults.populate({ reserveJobs: true, suppressErrors: true, maxCalls: 1 });
    assert.match(String(errorList[0]?.[1]), /taken away/);
    assert.equal(await tables.JobResults.count(), 0);
  });
});
