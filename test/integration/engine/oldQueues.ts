// What tools see of schema-wide queues, written by this engine, Python or MATLAB.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, refused } from './describeEngine';
import { workTables } from './workTables';

async function failing(engine: Engine, n = 3) {
  const { schemaName } = engine.schema();
  const schema = dj.schema(schemaName, { connection: engine.connection, jobs: 'schema' });
  const tables = workTables(schema, (k) => {
    throw new RangeError(`no ${k}`);
  });
  await tables.Source.insert(Array.from({ length: n }, (_, k) => ({ k })));
  await tables.Result.populate({ reserveJobs: true, suppressErrors: true });
  return { schema, ...tables, name: { schema: schemaName, table: '__result' }, overview: dj.createOverview(engine.connection) };
}

/** Writes a row as another program would, straight into the table. */
async function write(engine: Engine, schema: string, row: Readonly<Record<string, string | number | Uint8Array>>): Promise<void> {
  const { dialect } = engine.connection;
  const names = Object.keys(row);
  await engine.connection.executor.run({
    sql: `INSERT INTO ${dialect.tableReference({ schema, table: '~jobs' })} (${names.map((name) => dialect.quoteIdentifier(name)).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    values: Object.values(row),
  });
}

const ofSchema = (errors: { jobs: dj.JobSummary[] }, schema: string) => errors.jobs.filter(({ table }) => table.schema === schema);
const all = { limit: 100, offset: 0 };

export const oldQueues = describeEngine('schema-wide queues', (engine) => {
  it('are counted, paged and read like others', async () => {
    const { name, overview } = await failing(engine);
    const result = (await overview.tables(name.schema)).find(({ className }) => className === 'Result');
    assert.deepEqual(result?.jobs, { pending: 0, reserved: 0, success: 0, error: 3, ignore: 0 });
    assert.equal(result.layout, 'schema');
    const { jobs, total } = await overview.jobs(name, 'error', { limit: 2, offset: 1 });
    assert.deepEqual([jobs.length, total], [2, 3]);
    assert.equal(jobs[0]?.layout, 'schema');
    const found = ofSchema(await overview.errors(all), name.schema);
    assert.deepEqual(found.map(({ key }) => key['k']).sort(), [0, 1, 2]);
    assert.deepEqual(found[0]?.table, name);
    const { job, done } = await overview.job(name, { k: 1 });
    assert.deepEqual([job?.message, job?.status, done], ['RangeError: no 1', 'error', false]);
    assert.match(job?.stack ?? '', /^RangeError: no 1\n +at /);
    assert.ok(Math.abs((job?.completedAt ?? 0) - Date.now()) < 600_000);
    assert.deepEqual((await overview.sameFailure(name, { k: 1 })).map((key) => key['k']).sort(), [0, 2]);
  });

  it('are retried, set aside and cleared', async () => {
    const { schema, name, overview, Result } = await failing(engine);
    assert.equal(await overview.ignore(name, [{ k: 0 }]), 1);
    assert.equal(await overview.retry(name, [{ k: 1 }]), 1);
    assert.equal(await overview.clear(name, [{ k: 2 }, { k: 7 }]), 1);
    assert.deepEqual(await schema.jobs.fetch('status'), ['ignore']);
    assert.equal((await Result.populate({ reserveJobs: true, suppressErrors: true })).errorList.length, 2);
    assert.equal((await overview.job(name, { k: 9 })).job, null);
    await schema.jobs.reserve(Result, { k: 5 });
    assert.equal(await overview.clear(name, [{ k: 5 }]), 0, 'a reserved job belongs to its worker');
    const held = await overview.reservedBy();
    assert.ok([...held.values()].flat().some(({ table, key }) => table.schema === name.schema && key['k'] === 5));
    const [worker] = (await overview.workers()).workers.filter(({ jobs }) => jobs.some(({ table }) => table.schema === name.schema));
    assert.equal(worker?.liveness.verdict, 'alive');
  });

  it('show a row whose key is larger than any key by its hash', async () => {
    const { schema, name, overview } = await failing(engine, 1);
    await schema.jobs.delete();
    // Packed, it has a few hundred bytes.
    const key = dj.pack({ k: 0, more: 'x'.repeat(200_000) });
    await write(engine, name.schema, { table_name: '__result', key_hash: 'c'.repeat(32), status: 'error', key, error_message: 'large' });
    const [job] = (await overview.jobs(name, 'error', all)).jobs;
    assert.deepEqual([job?.key, job?.message], [{ key_hash: 'c'.repeat(32) }, 'large']);
  });

  it('show rows with a corrupt key, of a table that is gone, and of MATLAB', async () => {
    const { schema, name, overview } = await failing(engine, 1);
    await schema.jobs.delete();
    const corrupt = { table_name: '__result', key_hash: 'a'.repeat(32), status: 'error', key: Uint8Array.of(1, 2, 3), error_message: 'corrupt', error_stack: Uint8Array.of(9) };
    const gone = { table_name: '__long_gone', key_hash: 'b'.repeat(32), status: 'error', key: dj.pack({ id: 7 }), error_message: 'gone' };
    const matlab = {
      table_name: 'lab.Result',
      key_hash: 'dGhpcyBpcyBub3QgYSBweXRob24gaGFz',
      status: 'error',
      key: dj.pack(new dj.MatStruct([{ k: new Float64Array([0]) }])),
      error_message: 'Undefined function',
      error_stack: dj.pack(
        new dj.MatStruct([
          { file: '/lab/+lab/Result.m', name: 'Result.makeTuples', line: new Float64Array([12]) },
          { file: '/lab/run.m', name: 'run', line: new Float64Array([3]) },
        ]),
      ),
    };
    for (const row of [corrupt, gone, matlab]) await write(engine, name.schema, row);
    const found = ofSchema(await overview.errors(all), name.schema);
    assert.deepEqual(
      found.toSorted((a, b) => (a.message < b.message ? -1 : 1)).map(({ table, key, message }) => [table.table, key, message]),
      [
        ['__result', { k: 0 }, 'Undefined function'],
        ['__result', { key_hash: 'a'.repeat(32) }, 'corrupt'],
        ['__long_gone', { id: 7 }, 'gone'],
      ],
    );
    const broken = await overview.job(name, { key_hash: 'a'.repeat(32) });
    assert.match(broken.job?.stack ?? '', /stack cannot be read/);
    const old = await overview.job(name, { k: 0 });
    assert.equal(old.job?.message, 'Undefined function');
    assert.match(old.job.stack ?? '', /"file":"\/lab\/\+lab\/Result\.m","name":"Result\.makeTuples"/);
    assert.equal(await overview.clear(name, [{ k: 0 }, { key_hash: 'a'.repeat(32) }]), 2);
    assert.equal(await overview.clear({ schema: name.schema, table: '__long_gone' }, [{ id: 7 }]), 1);
    assert.equal(await schema.jobs.count(), 0);
    await refused('unknown_table', () => overview.job({ schema: 'nowhere_at_all', table: '__x' }, { id: 1 }), '__x');
  });

  it('stand beside a queue of a table of its own', async () => {
    const { name, overview, schema } = await failing(engine, 2);
    const own = workTables(dj.schema(name.schema, { connection: engine.connection, jobs: 'table' }), () => {
      throw new TypeError('own');
    });
    await own.Source.insert([{ k: 10 }]);
    await own.Result.populate('k >= 10', { reserveJobs: true, suppressErrors: true });
    const result = (await overview.tables(name.schema)).find(({ className }) => className === 'Result');
    assert.deepEqual([result?.jobs?.error, result?.layout], [3, 'table']);
    const pages = await Promise.all([0, 1, 2].map((offset) => overview.jobs(name, 'error', { limit: 1, offset })));
    assert.deepEqual(pages.map(({ jobs }) => jobs[0]?.layout), ['table', 'schema', 'schema']);
    assert.equal((await overview.job(name, { k: 10 })).job?.message, 'TypeError: own');
    assert.equal(await overview.retry(name, [{ k: 10 }, { k: 0 }]), 2);
    assert.equal(await schema.jobs.count(), 1);
  });
});
