/** A Python pipeline without a server: the workbench starts one for the folder, keeps it over a reload, and ends it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

const pipeline = `import datajoint as dj

schema = dj.Schema('lab')


@schema
class Recording(dj.Lookup):
    definition = """
    recording_id : int32
    ---
    gain : float64
    """
    contents = [(1, 2.0), (2, 5.0)]


@schema
class Peaks(dj.Computed):
    definition = """
    -> Recording
    ---
    peak : float64
    """

    def make(self, key):
        self.insert1({**key, 'peak': 10 / (Recording & key).fetch1('gain')})
`;

/** The process that the server wrote down; throws while there is none. */
const serverPid = (folder: string) => Number(readFileSync(path.join(folder, '.datajoint/server/server.pid'), 'utf8'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a local server is offered, populates a Python table, survives a reload and is stopped', { timeout: 280_000, skip: absent }, async () => {
  await withFolder({ 'pipeline.py': pipeline }, async (folder) => {
    await mkdir(path.join(folder, '.vscode'));
    await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify({ 'datajoint.pythonPath': interpreter }));
    await withWorkbench('localServer', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      await until('the view says what it needs', async () => (await workbench.view('Pipelines').welcome()).includes('Start a Local Database Server'));
      await workbench.screenshot('localServer-1-none');
      await workbench.runCommand('DataJoint: Populate');
      await workbench.pickQuick('Peaks');
      await workbench.notification(/datajoint-python needs a MySQL or MariaDB server/, 'Start a Local Database Server');
      // What was asked for goes on by itself once the server answers.
      await workbench.terminalShows(/Done: 2 computed/, 120_000);
      const server = workbench.treeItem('Pipelines', 'local server');
      await server.shows(/running · 127\.0\.0\.1:\d+/);
      await workbench.treeItem('Pipelines', 'local server', 'lab', 'Peaks').shows(/2\/2/);
      await workbench.screenshot('localServer-2-populated');
      const pid = serverPid(folder);
      assert.ok(isAlive(pid));
      const named = JSON.parse(await readFile(path.join(folder, 'datajoint.json'), 'utf8')) as { database: { host: string } };
      assert.equal(named.database.host, '127.0.0.1');

      await workbench.page.reload();
      await workbench.openView('DataJoint');
      await server.shows(/running · 127\.0\.0\.1:\d+/);
      await workbench.treeItem('Pipelines', 'local server', 'lab', 'Peaks').shows(/2\/2/);
      assert.equal(serverPid(folder), pid);
      assert.ok(isAlive(pid));
      await workbench.screenshot('localServer-3-reloaded');

      await server.menu('Stop the Local Database Server');
      await server.shows(/stopped/);
      assert.ok(!isAlive(pid));
      assert.ok(!existsSync(path.join(folder, '.datajoint/server/server.pid')));
      await workbench.screenshot('localServer-4-stopped');

      await workbench.treeItem('Pipelines', 'local server', 'The local server is stopped.').click();
      await server.shows(/running/);
      await workbench.treeItem('Pipelines', 'local server', 'lab', 'Peaks').shows(/2\/2/);
      process.kill(serverPid(folder), 'SIGKILL');
      await server.shows(/failed/);
      await workbench.treeItem('Pipelines', 'local server', /was ended by SIGKILL/).find();
      await workbench.screenshot('localServer-5-killed');
    });
  });
});
