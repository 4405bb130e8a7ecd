import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { closedGate } from '../harness/gate';
import { startServer, type TestServer } from '../harness/server';
import { until } from '../harness/until';
import { beginTogether, WorkerProcess } from '../integration/engine/workers';
import { workTables } from '../integration/engine/workTables';
import { both014, runPython, startPython } from './python';

type Action = readonly [name: string, ...values: number[]];

interface Answer {
  readonly pid: number;
  readonly answers: unknown[];
}

for (const python014 of both014) describe(`one ~jobs, datajoint-python ${python014.version} and the engine`, { skip: python014.absent }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  let spec: dj.ConnectionSpec;

  before(async () => {
    server = await startServer(['--character-set-server=utf8mb4']);
    const { host, port, user, password } = server;
    spec = { kind: 'server', host, port, user, password, tls: null };
    connection = new dj.Connection(await dj.openDatabase(spec));
  });

  after(async () => {
    await connection.close();
    await server.stop();
  });

  const python = async (schema: string, actions: readonly Action[], broken: readonly number[] = []) =>
    (await runPython(python014, 'schema_jobs.py', server, { schema, actions, broken })) as Answer;
  const engine = (name: string, onMake: (key: number) => void = () => undefined, options: dj.SchemaOptions = {}) => {
    const schema = dj.schema(name, { connection, ...options });
    return { schema, ...workTables(schema, onMake) };
  };

  it('is declared alike', async () => {
    const { schema } = engine('declared_by_us', undefined, { jobs: 'schema' });
    await connection.catalog.createSchema('declared_by_us');
    assert.equal(await schema.jobs.count(), 0);
    await python('declared_by_python', [['insert', 1], ['populate']]);
    const declaration = async (name: string) => (await server.sql(`SHOW CREATE TABLE ${name}.\`~jobs\``)).replaceAll(name, 'NAME');
    assert.equal(await declaration('declared_by_us'), await declaration('declared_by_python'));
    assert.equal(await server.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'declared_by_us'").then(Number), 1);
  });

  it("Python's errors stop the engine, the engine's stop Python, and each clears the other's", async () => {
    await python('errors', [['insert', 6], ['populate']], [1, 2, 3, 4, 5]);
    const made: number[] = [];
    const { schema, Result } = engine('errors', (k) => {
      made.push(k);
      if (k === 3) throw new RangeError('no 3');
    });
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 0);
    assert.deepEqual(await Result.jobs.progress(), { pending: 0, reserved: 0, success: 0, error: 5, ignore: 0, total: 5 });
    const failed = await schema.jobs.restrict({ key_hash: dj.keyHash({ k: 4 }) }).fetch1();
    assert.deepEqual([failed.table_name, failed.status, failed.key, failed.error_message], ['__result', 'error', { k: 4 }, 'ValueError: bad sample 4']);
    assert.match(String(failed.error_stack), /^Traceback [^]*ValueError: bad sample 4\n$/);
    assert.equal((await schema.jobs.restrict("status = 'error'", { key_hash: dj.keyHash({ k: 4 }) }).delete())[0]?.rows, 1);
    assert.equal((await schema.jobs.restrict({ key_hash: dj.keyHash({ k: 3 }) }).delete())[0]?.rows, 1);
    assert.equal((await Result.populate({ reserveJobs: true, suppressErrors: true })).errorList.length, 1);
    assert.deepEqual(made.sort(), [3, 4]);
    const { answers } = await python('errors', [['jobs'], ['populate'], ['clear'], ['populate'], ['fetch']]);
    const [jobs, stopped, , repopulated] = answers as [{ key: { k: number }; error_message: string; error_stack: string; key_hash: string; user: string }[], object, null, object];
    const ours = jobs.find(({ key }) => key.k === 3);
    assert.equal(ours?.error_message, 'RangeError: no 3');
    assert.match(ours.error_stack, /^RangeError: no 3\n +at /);
    assert.equal(ours.key_hash, dj.keyHash({ k: 3 }));
    assert.equal(ours.user, connection.user);
    assert.equal(jobs.length, 4);
    assert.deepEqual(stopped, { made: 0, success: 0, errors: [] });
    assert.deepEqual(repopulated, { made: 4, success: 4, errors: [] });
  });

  it('500 keys, one Python worker and two of the engine: every key is made exactly once and nobody is stuck', async (context) => {
    const n = 500;
    await python('shared', [['insert', n]]);
    const { schema, Result } = engine('shared', undefined, { jobs: 'schema' });
    assert.equal(await schema.jobs.count(), 0);
    const gate = closedGate(context);
    const workers = [0, 1].map(() => new WorkerProcess(context, { spec, schema: 'shared', milliseconds: 4, hangAt: null, gate: gate.file }));
    await Promise.all(workers.map((worker) => worker.message('ready')));
    const pythonWorker = startPython(python014, 'schema_jobs.py', server, { schema: 'shared', gate: gate.file, actions: [['populate']] });
    await until('Python makes a key', async () => (await schema.jobs.restrict("status = 'reserved'").count()) > 0);
    await beginTogether(workers, gate);
    const ours = await Promise.all(workers.map((worker) => worker.message('done')));
    const theirs = ((await pythonWorker.result) as Answer).answers[0] as { made: number; success: number; errors: unknown[] };
    await Promise.all(workers.map((worker) => worker.ended));
    assert.deepEqual([theirs.errors, ...ours.map(({ errors }) => errors)], [[], [], []]);
    const shares = [theirs.made, ...ours.map(({ made }) => made)];
    assert.equal(shares.reduce((sum, share) => sum + share), n, `every key once, of ${shares.join(' + ')}`);
    assert.ok(shares.every((share) => share > 0), `shares: ${shares.join(', ')}`);
    assert.equal(await Result.count(), n);
    assert.equal(await Result.Item.count(), 2 * n);
    assert.equal(await schema.jobs.count(), 0);
  });

  it('a key of every type has the hash that Python gives it, and the blob that Python keeps of it reads as the key', async () => {
    assert.deepEqual(await runPython(python014, 'key_types.py', server, { schema: 'key_types' }), { jobs: 3 });
    const keys = await (await dj.freeTable('key_types.Every', { connection })).proj().fetch({ orderBy: 'i' });
    const spec = await connection.catalog.table({ schema: 'key_types', table: 'every' });
    const columns = Object.fromEntries((spec?.attributes ?? []).map(({ name, column }) => [name, column]));
    const { jobs } = dj.schema('key_types', { connection });
    assert.deepEqual((await jobs.fetch('key_hash')).sort(), keys.map((key) => dj.keyHash(key, columns)).sort());
    const overview = dj.createOverview(connection);
    const seen = (await overview.jobs({ schema: 'key_types', table: '__fails' }, 'error', { limit: 9, offset: 0 })).jobs;
    assert.deepEqual(seen.map(({ key }) => key).sort((a, b) => Number(a['i']) - Number(b['i'])), keys);
    for (const key of keys) assert.equal((await overview.job({ schema: 'key_types', table: '__fails' }, key)).job?.message, 'ValueError: on purpose');
  });
});
