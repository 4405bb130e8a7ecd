import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { type Finished, program } from '../integration/djwProcess';
import { startServer, type TestServer } from '../harness/server';
import { until } from '../harness/until';
import { quiet, serverVariables } from './bridge';
import { python014, python23, type Python } from './python';

const noisy = `
import logging, sys, time
import datajoint as dj

schema = dj.Schema("lab_two")

@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(4)]

@schema
class Noisy(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        print("printed", key["k"])
        logging.getLogger("lab").warning("logged %s", key["k"])
        from tqdm import tqdm
        for i in tqdm(range(3), desc="loop"):
            time.sleep(0.02)
        print("half a line", end="")
        sys.stdout.flush()
        time.sleep(0.7)
        print(" and its end")
        self.insert1(key)

@schema
class Stopped(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        gain = key["k"] * 10
        if key["k"] == 2:
            breakpoint()
        self.insert1(key)

@schema
class Endless(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        self.insert1(key)
        open("inserted", "w").close()
        print("endless begins")
        time.sleep(600)
`;

const counted = `import datajoint as dj
schema = dj.Schema('counted')
@schema
class Item(dj.Manual):
    definition = "item : int"
class Base:
    def make(self, key):
        self.insert1(key)
@schema
class Every(Base, dj.Computed):
    definition = "-> Item"
@schema
class Some(Base, dj.Computed):
    definition = "-> Item"
    @property
    def key_source(self):
        return Item & 'item > 1'
if __name__ == '__main__':
    Item.insert([(1,), (2,), (3,)])
    Every.populate('item = 1')
    Some()
`;

describe('djw with tables of Python files', { skip: python23.absent }, () => {
  let server: TestServer;
  let folder: string;

  before(async () => {
    server = await startServer();
    folder = await mkdtemp(path.join(tmpdir(), 'djw-python-'));
    await cp(path.join(__dirname, '../fixtures/python-lab'), folder, { recursive: true });
    await writeFile(path.join(folder, 'noisy.py'), noisy);
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await server.stop();
  });

  const environment = (python: Python = python23): NodeJS.ProcessEnv => {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, ...quiet, ...serverVariables(server), DJW_PYTHON: python.interpreter, NO_COLOR: '1' };
  };

  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = environment()): Promise<Finished> => {
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, out, err };
  };
  const djw = (...args: string[]): Promise<Finished> => run(args);

  /** The same in a terminal, where `steps` says what to wait for and what to type then. */
  const atTerminal = async (args: readonly string[], steps: readonly (readonly [string, string])[] = []) => {
    const child = spawn(python23.interpreter, [path.join(__dirname, 'python/terminal.py')], {
      env: { ...environment(), TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(JSON.stringify({ command: [process.execPath, program, ...args], folder, steps }));
    return JSON.parse(await text(child.stdout)) as { status: number; shown: string };
  };

  it('runs a script, lists the classes beside their tables, tells progress', async () => {
    assert.deepEqual(await djw('run', 'scripts/enter.py'), { code: 0, out: '', err: '' });
    assert.match((await djw('list')).out, /Clustering +computed .* lab_pipeline\/ephys\.py:\d+/);
    assert.equal((await djw('progress', 'Trials')).out, 'Trials: 0 of 6 done (0 %), 6 to do.\n');
    assert.equal((await djw('refresh', 'mice_behavior.Trials')).out, 'Trials: 6 jobs added, 0 removed, 0 freed from lost workers.\n');
    assert.equal((await djw('run', 'lab_pipeline/nowhere.py')).code, 2);
  });

  it('tells progress without a Python, except of a class that says which keys it is made for', async () => {
    await writeFile(path.join(folder, 'counted.py'), counted);
    assert.equal((await djw('run', 'counted.py')).code, 0);
    const withoutPython = { ...environment(), DJW_PYTHON: path.join(folder, 'no-python') };
    assert.deepEqual(await run(['progress', 'counted.Every'], withoutPython), { code: 0, out: 'Every: 1 of 3 done (33 %), 2 to do.\n', err: '' });
    assert.deepEqual(JSON.parse((await run(['progress', 'counted.Every', '--json'], withoutPython)).out), { done: 1, remaining: 2, total: 3 });
    assert.notEqual((await run(['progress', 'counted.Some'], withoutPython)).code, 0);
    assert.equal((await djw('progress', 'counted.Some')).out, 'Some: 0 of 2 done (0 %), 2 to do.\n');
    assert.match((await djw('list')).out, /^ {2}Some +computed +0 of ≤ 3 +counted\.py:\d+ +own key source$/m);
    await rm(path.join(folder, 'counted.py'));
  });

  it('populates with restrictions, processes and JSON; errors name the line', async () => {
    assert.match((await djw('populate', 'Trials', 'subject=m1', '--max-calls', '2')).out, /^Done: 2 computed, 0 errors, 0 skipped/m);
    assert.deepEqual(JSON.parse((await djw('populate', 'Trials', '--reserve-jobs', '--json')).out), { success_count: 4, error_list: [] });
    assert.equal((await djw('populate', 'Recording', '--processes', '3', '--reserve-jobs')).code, 0);
    const failed = await djw('populate', 'Clustering', '--reserve-jobs', '--suppress-errors');
    assert.equal(failed.code, 1);
    assert.match(failed.out, /✗ subject "m2", session 2, insertion 9, method "loose" {3}ValueError: no reference channel for insertion 9 {3}lab_pipeline\/ephys\.py:83/);
    assert.match(failed.out, /Done: 12 computed, 2 errors/);
    assert.match((await djw('errors', 'Clustering')).out, /ValueError: no reference channel for insertion 9 {3}lab_pipeline\/ephys\.py:83/);
    assert.deepEqual(
      JSON.parse((await djw('populate', 'lab_pipeline.Lfp', '--pipeline', 'lab_pipeline/ephys.py', '--json')).out || 'null'),
      null,
      'a schema that the class is not in',
    );
    assert.equal((await djw('populate', 'Lfp', '--pipeline', 'lab_pipeline/ephys.py', '--make-kwargs', '{"scale": 0.5}')).code, 0);
  });

  it('a worker takes tables and schemas in their order', async () => {
    const { code, out, err } = await djw('worker', 'mice_subject', 'mice_behavior', 'SessionSummary', 'UnitQuality');
    assert.equal(code, 0, out + err);
    for (const [table, rows] of [['mice_subject.__weight_curve', 2], ['mice_behavior.__performance', 4], ['mice_analysis.__session_summary', 6]] as const) {
      assert.equal(await server.sql(`SELECT COUNT(*) FROM ${table}`), String(rows), table);
    }
  });

  it('--runtime native calls the populate() of datajoint-python', async () => {
    await server.sql('DELETE FROM mice_subject.__weight_curve');
    const native = await djw('populate', 'WeightCurve', 'subject=m1', '--runtime', 'native', '--reserve-jobs');
    assert.match(native.out, /^Done: 1 computed, 0 errors\.$/m);
    const broken = await djw('populate', 'Clustering', 'insertion=9', '--runtime', 'native');
    assert.equal(broken.code, 1);
    assert.match(broken.err, /ValueError: no reference channel for insertion 9/);
    assert.match((await djw('populate', 'Clustering', '--runtime', 'java')).err, /--runtime is native or engine, not "java"/);
  });

  it('--runtime native on 0.14', { skip: python014.absent }, async () => {
    const older = await startServer();
    try {
      const env = { ...environment(python014), ...serverVariables(older) };
      assert.equal((await run(['run', 'scripts/enter.py'], env)).code, 0);
      const native = await run(['populate', 'WeightCurve', '{"subject": "m2"}', '--runtime', 'native', '--json'], env);
      assert.deepEqual(JSON.parse(native.out), { success_count: 1, error_list: [] });
      assert.match((await run(['populate', 'WeightCurve', '--runtime', 'native', '--reserve-jobs', '--priority', '1'], env)).err, /knows neither --priority nor --no-refresh/);
    } finally {
      await older.stop();
    }
  });

  it('what Python prints stays out of --json, and beside the progress line', async () => {
    const { out, err } = await djw('populate', 'Noisy', '--max-calls', '1', '--json');
    assert.deepEqual(JSON.parse(out), { success_count: 1, error_list: [] });
    assert.match(err, /printed 0\n/);
    const { status, shown } = await atTerminal(['populate', 'Noisy', '--max-calls', '2']);
    assert.equal(status, 0);
    assert.match(shown, /\r\u001b\[Kprinted 1\r\n/);
    assert.match(shown, /loop: 100%/);
    assert.match(shown, /half a line and its end\r\n/, 'nothing is drawn over a line that is not finished');
    assert.match(shown, /Noisy .*2\/2 +100 %/);
  });

  it('the debugger of a make() has the terminal', async () => {
    const { status, shown } = await atTerminal(['populate', 'Stopped'], [['(Pdb) ', 'p gain\r'], ['(Pdb) ', 'c\r']]);
    assert.equal(status, 0, shown);
    assert.match(shown, /\(Pdb\) p gain\r\n(?:\r\u001b\[K)?20\r\n/);
    assert.match(shown, /Done: 4 computed/);
  });

  it('Ctrl-C reaches make() as KeyboardInterrupt and gives the prompt back', async () => {
    const { status, shown } = await atTerminal(['populate', 'Endless', '--reserve-jobs'], [['endless begins', '\u0003']]);
    assert.equal(status, 130, shown);
    assert.match(shown, /✗ k 0 {3}KeyboardInterrupt/);
    const jobs = JSON.parse((await djw('jobs', 'Endless', '--json')).out) as Record<string, number>;
    assert.deepEqual([jobs['error'], jobs['pending'], jobs['reserved']], [1, 3, 0]);
    assert.equal(await server.sql('SELECT COUNT(*) FROM lab_two.__endless'), '0');
  });

  it('a djw that is killed takes its Python along: nothing is kept, and the job is free again', async () => {
    await server.sql('DELETE FROM lab_two.`~~endless`');
    const inserted = path.join(folder, 'inserted');
    await rm(inserted, { force: true });
    const child = spawn(process.execPath, [program, 'populate', 'Endless', '--reserve-jobs'], { cwd: folder, env: environment(), stdio: 'ignore' });
    const transactions = async () => {
      // InnoDB renews what it tells of transactions only when nobody has asked for a tenth of a second.
      await pause(150);
      return Number(await server.sql('SELECT COUNT(*) FROM information_schema.innodb_trx'));
    };
    await until('make has inserted', () => existsSync(inserted));
    assert.ok((await transactions()) > 0);
    child.kill('SIGKILL');
    await until('Python has ended', async () => (await transactions()) === 0);
    assert.equal(await server.sql('SELECT COUNT(*) FROM lab_two.__endless'), '0');
    await until('the job is free', async () => (await djw('refresh', 'Endless')).out.includes('1 freed from lost workers'));
  });

  it('says that the embedded database is not for Python, and which Python will not do', async () => {
    const { PATH, HOME } = process.env;
    const without = await run(['populate', 'Trials'], { PATH, HOME, ...quiet, DJW_PYTHON: python23.interpreter });
    assert.equal(without.code, 2);
    assert.match(without.err, /^djw: Trials is a Python table, and datajoint-python needs a MySQL or MariaDB server: .* name one in datajoint\.json or DJ_HOST/);
    const none = await djw('populate', 'Trials', '--python', '/nowhere/python');
    assert.deepEqual([none.code, none.err], [2, 'djw: /nowhere/python (the chosen interpreter) is no Python that can be started: choose another one.\n']);
    await writeFile(path.join(folder, 'broken.py'), 'import datajoint as dj\nschema = dj.Schema("broken")\n@schema\nclass Broken(dj.Computed):\n    definition = "-> Nothing"\n    def make(self, key): pass\n');
    const broken = await djw('populate', 'Broken');
    assert.equal(broken.code, 2);
    assert.match(broken.err, /Traceback \(most recent call last\):\n[^]*\ndjw: broken\.py:3: DataJointError: /);
  });
});
