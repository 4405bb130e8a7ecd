import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { makeFrame, parseStack } from '../../src/pipeline';
import { startServer, type TestServer } from '../harness/server';
import { until } from '../harness/until';
import { openPythonTable, PythonLab, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const folder = path.join(__dirname, '../fixtures/python-lab');
/** The queue that workers of this version use. */
const queueOf = (version: string, table: string): string => (version === '2.3' ? `~~${table}` : '~jobs');

const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0, total: 0 };

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`a Python pipeline on datajoint-python ${version}`, { skip: python.absent }, () => {
    let server: TestServer;
    let connection: dj.Connection;
    let lab: PythonLab;

    before(async () => {
      server = await startServer();
      const { host, port, user, password } = server;
      connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
      lab = new PythonLab(folder, python, server, connection);
      await lab.run('scripts/enter.py');
    });

    /** The newest error of a table, or that of a key. */
    async function errorOf(schema: string, className: string, wanted?: dj.Key): Promise<{ message: string; stack: string | undefined }> {
      const overview = dj.createOverview(connection);
      const table = (await overview.tables(schema)).find((each) => each.className === className);
      assert.ok(table, className);
      const { jobs } = await overview.jobs(table.name, 'error', { limit: 10, offset: 0 });
      const key = wanted ?? jobs[0]?.key;
      assert.ok(key, 'there is an error');
      const { job } = await overview.job(table.name, key);
      return { message: job?.message ?? '', stack: job?.stack ?? undefined };
    }

    after(async () => {
      await lab.close();
      await connection.close();
      await server.stop();
    });

    it('tells what a class is, without making anything', async () => {
      const trials = await lab.open('Trials');
      const { datajoint, schema, table, tier, parts, maker, jobs } = trials.report;
      assert.ok(datajoint.startsWith(version));
      assert.deepEqual({ schema, table, tier, parts, maker, jobs }, {
        schema: 'mice_behavior',
        table: '_trials',
        tier: 'imported',
        parts: ['Trial'],
        maker: '_make_tuples',
        jobs: version === '2.3' ? 'table' : 'schema',
      });
      assert.deepEqual(await trials.table.progress(), { remaining: 6, total: 6 });
      assert.equal(trials.binding.label, 'Trials');
    });

    it('runs make, _make_tuples and make in three parts, with parts, blobs and skipped keys', async () => {
      const outcomes: Record<string, number[]> = {};
      for (const name of ['WeightCurve', 'Trials', 'Performance', 'Recording', 'Lfp']) {
        const { table } = await lab.open(name);
        const { successCount, skippedCount, errorList } = await table.populate({ reserveJobs: true, makeKwargs: name === 'Lfp' ? { scale: 0 } : {} });
        outcomes[name] = [successCount, skippedCount, errorList.length, await table.count()];
        // The queue of a schema does not remember a key that make() passed over.
        const again = version === '0.14' ? skippedCount : 0;
        assert.deepEqual(await table.jobs.progress(), { ...none, pending: again, total: again });
      }
      assert.deepEqual(outcomes, {
        WeightCurve: [2, 0, 0, 2],
        Trials: [6, 0, 0, 6],
        Performance: [4, 2, 0, 4],
        Recording: [7, 0, 0, 7],
        Lfp: [7, 0, 0, 7],
      });
      assert.equal(await server.sql('SELECT COUNT(*), SUM(power) FROM mice_ephys.__lfp'), '7\t0', 'make_kwargs arrive');
      assert.equal(await server.sql('SELECT COUNT(*) FROM mice_behavior._trials__trial'), '30');
    });

    it('records an error with its traceback; the others are made, restrictions and limits hold', async () => {
      const { table } = await lab.open('Clustering');
      const first = await table.populate({ subject: 'm2' }, 'session = 2', { reserveJobs: true, suppressErrors: true });
      assert.deepEqual([first.successCount, first.errorList.map(([key, message]) => [key['insertion'], message])], [
        2,
        [[9, 'ValueError: no reference channel for insertion 9'], [9, 'ValueError: no reference channel for insertion 9']],
      ]);
      const { stack = '' } = await errorOf('mice_ephys', 'Clustering');
      assert.match(stack, /^Traceback \(most recent call last\):\n {2}File ".*ephys\.py", line \d+, in make\n/);
      const frame = makeFrame(parseStack(stack, { workspaceFolders: [folder] }));
      assert.equal(frame?.source?.text, 'raise ValueError("no reference channel for insertion {insertion}".format(**key))');
      assert.equal((await table.populate({ reserveJobs: true, maxCalls: 3 })).successCount, 3);
      const events: string[] = [];
      const rest = await table.populate({ reserveJobs: true, processes: 3, onProgress: ({ type }) => events.push(type) });
      assert.equal(rest.successCount, 7);
      assert.deepEqual(events, ['start', ...Array<string>(7).fill('done'), 'end']);
      assert.deepEqual(await table.jobs.progress(), { ...none, error: 2, total: 2 });
    });

    it('makes the keys of a custom key source, directly too, and those of it that a condition on another attribute leaves', async () => {
      const quality = await lab.open('UnitQuality');
      const all = await quality.table.progress();
      assert.ok(all.total > 2 && all.total < 50, String(all.total));
      assert.equal((await quality.table.populate('least_peaks = 0')).successCount, all.total / 2);
      assert.equal((await quality.table.populate()).successCount, all.total / 2);
      const summary = await lab.open('SessionSummary');
      assert.equal((await summary.table.populate({ limit: 2 })).successCount, 2);
      assert.deepEqual(await summary.table.progress(), { remaining: 4, total: 6 });
    });

    it('a schema that is activated elsewhere is activated', async () => {
      const { table } = await lab.open('SessionSummary');
      await table.populate();
      assert.equal(await table.count(), 6);
    });

    if (version === '0.14') {
      it('makes the queue of the schema, which workers of 0.14 use, fence included, and goes on with it', async () => {
        assert.equal(await server.sql('SELECT COUNT(*) FROM mice_subject.`~jobs`'), '0');
        await server.sql('DELETE FROM mice_subject.__weight_curve');
        assert.equal(await lab.run('-cimport datajoint as dj; dj.config["database.use_tls"] = False; import os; dj.config["database.port"] = int(os.environ["DJ_PORT"]); from lab_pipeline import subject; print(len(subject.schema.jobs))'), '0\n');
        const { table } = await lab.open('WeightCurve');
        assert.equal((await table.populate({ reserveJobs: true })).successCount, 2);
        assert.equal(await server.sql('SELECT COUNT(*) FROM mice_subject.`~jobs`'), '0');
        assert.equal(await server.sql("SHOW TABLES FROM mice_subject LIKE '~~%'"), '');
      });
    } else {
      it('fills in the job metadata of tables that have it', async () => {
        await server.sql('DELETE FROM mice_subject.__weight_curve');
        await server.sql('ALTER TABLE mice_subject.__weight_curve ADD _job_start_time datetime(3) NULL, ADD _job_duration float NULL, ADD _job_version varchar(64) NULL');
        const { table } = await lab.open('WeightCurve');
        assert.equal((await table.populate({ reserveJobs: true })).successCount, 2);
        assert.equal(await server.sql('SELECT COUNT(*) FROM mice_subject.__weight_curve WHERE _job_start_time IS NOT NULL AND _job_duration >= 0'), '2');
      });
    }

    it('a debugger can come between Python and the bridge', async (context) => {
      const own = await temporaryLab(context, python, server, connection, {
        'between.py': 'import runpy, sys\nopen("between", "w").close()\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name="__main__")\n',
      });
      const opened = await openPythonTable({
        interpreter: python.interpreter,
        interpreterArgs: [path.join(own.folder, 'between.py')],
        importTimeoutMs: Infinity,
        folder: own.folder,
        connection,
        spec: lab.spec,
        output: 'errors',
        pythonClass: { files: [path.join(folder, 'lab_pipeline/subject.py')], className: 'WeightCurve', schemaName: null },
      });
      const { existsSync } = await import('node:fs');
      assert.ok(existsSync(path.join(own.folder, 'between')));
      assert.equal(opened.report.table, '__weight_curve');
      assert.equal((await opened.table.progress()).total, 2);
      await opened.close();
    });

    it('a job that is taken away while it is made leaves no row', async (context) => {
      const own = await temporaryLab(context, python, server, connection, {
        'slow.py': `
import os, time
import datajoint as dj
schema = dj.Schema('slow_${version.replace('.', '_')}')
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[1]]
@schema
class Slow(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        self.insert1(key)
        open('made', 'w').close()
        while not os.path.exists('go'):
            time.sleep(0.01)
`,
      });
      const { table } = await own.open('Slow');
      const running = table.populate({ reserveJobs: true, suppressErrors: true });
      const { existsSync, writeFileSync } = await import('node:fs');
      await until('make has inserted', () => existsSync(path.join(own.folder, 'made')));
      await server.sql(`DELETE FROM \`slow_${version.replace('.', '_')}\`.\`${queueOf(version, 'slow')}\``);
      writeFileSync(path.join(own.folder, 'go'), '');
      const { successCount, errorList } = await running;
      assert.equal(successCount, 0);
      assert.match(String(errorList[0]?.[1]), /reservation of Slow was taken away/);
      assert.equal(await table.count(), 0, 'rolled back');
      assert.equal((await table.populate({ reserveJobs: true })).successCount, 1, 'the same process goes on');
    });

    it('a stop interrupts make(), which is rolled back, and says where it was', async (context) => {
      const own = await temporaryLab(context, python, server, connection, {
        'long.py': `
import time
import datajoint as dj
schema = dj.Schema('long_${version.replace('.', '_')}')
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[1], [2], [3]]
@schema
class Long(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        self.insert1(key)
        open('begun', 'w').close()
        time.sleep(600)
`,
      });
      const { table } = await own.open('Long');
      const { existsSync } = await import('node:fs');
      const controller = new AbortController();
      const running = table.populate({ reserveJobs: true, signal: controller.signal });
      running.catch(() => undefined);
      await until('make has begun', () => existsSync(path.join(own.folder, 'begun')));
      controller.abort(new dj.Interruption('KeyboardInterrupt'));
      await assert.rejects(running, { name: 'KeyboardInterrupt' });
      assert.deepEqual(await table.jobs.progress(), { ...none, pending: 2, error: 1, total: 3 });
      const error = await errorOf(`long_${version.replace('.', '_')}`, 'Long');
      assert.equal(error.message, 'KeyboardInterrupt');
      assert.match(error.stack ?? '', /line \d+, in make\n {4}time\.sleep\(600\)/);
      assert.equal(await table.count(), 0);
    });

    it('make() ends with the session that its job names', async (context) => {
      const name = `ended_${version.replace('.', '_')}`;
      const own = await temporaryLab(context, python, server, connection, {
        'ended.py': `
import time
import datajoint as dj
schema = dj.Schema('${name}')
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[1]]
@schema
class Ended(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        self.insert1(key)
        open('begun', 'w').close()
        time.sleep(600)
`,
      });
      const { table } = await own.open('Ended');
      const { existsSync } = await import('node:fs');
      const running = table.populate({ reserveJobs: true, suppressErrors: true });
      await until('make has begun', () => existsSync(path.join(own.folder, 'begun')));
      await server.sql(`KILL ${await server.sql(`SELECT connection_id FROM ${name}.\`${queueOf(version, 'ended')}\``)}`);
      const { successCount, errorList } = await running;
      assert.deepEqual([successCount, errorList.length], [0, 1]);
      assert.match(String(errorList[0]?.[1]), /^LostConnectionError: Session \d+ .* was killed or cut off/);
      assert.equal(await table.count(), 0);
    });

    it('a Python that crashes, is killed or ends itself fails its own key; others are made by another', async (context) => {
      const own = await temporaryLab(context, python, server, connection, {
        'crash.py': `
import ctypes, os, signal, sys
import datajoint as dj
schema = dj.Schema('crash_${version.replace('.', '_')}')
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(6)]
@schema
class Crash(dj.Computed):
    definition = """
    -> Source
    ---
    pid : int
    """
    def make(self, key):
        self.insert1(dict(key, pid=os.getpid()))
        if key["k"] == 1:
            ctypes.string_at(0)
        if key["k"] == 2:
            os._exit(3)
        if key["k"] == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if key["k"] == 4:
            sys.exit("enough")
`,
      });
      const { table } = await own.open('Crash');
      const { successCount, errorList } = await table.populate({ reserveJobs: true, suppressErrors: true });
      assert.equal(successCount, 2);
      assert.deepEqual(errorList.map(([key, message]) => [key['k'], String(message).replace(/: a compiled.*/, '')]), [
        [1, 'PythonEnded: Python crashed (SIGSEGV)'],
        [2, 'PythonEnded: make() ended its Python process with exit code 3 (os._exit?): raise an error instead.'],
        [3, 'PythonEnded: Python was killed (SIGKILL): the system ran out of memory, or somebody ended it.'],
        [4, 'SystemExit: enough'],
      ]);
      const segfault = await errorOf(`crash_${version.replace('.', '_')}`, 'Crash', { k: 1 });
      const frame = makeFrame(parseStack(segfault.stack ?? '', { workspaceFolders: [own.folder] }));
      assert.deepEqual([frame?.functionName, path.basename(frame?.file ?? ''), frame?.line], ['make', 'crash.py', 19]);
      assert.deepEqual(await table.jobs.progress(), { ...none, error: 4, total: 4 });
      assert.equal(await table.count(), 2);
    });
  });
}
