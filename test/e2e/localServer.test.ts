/** A Python pipeline without a server: the workbench starts one for the folder, keeps it over a reload, and ends it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { followServer, serverFiles } from '../../src/localServer';
import { until } from '../harness/until';
import { builtVsix, withWorkbench, type Workbench } from '../harness/workbench';
import { djw, settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

const pipeline = `import time
import datajoint as dj

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


@schema
class Simulation(dj.Computed):
    definition = "-> Recording"

    def make(self, key):
        print('simulating')
        time.sleep(600)
`;

/** Something that the embedded database holds already, so that the tree has rows before there is a server. */
const notes = `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('notes');

@schema
export class Note extends dj.Lookup {
  static readonly definition = \`
    note_id : int32
  \`;
  static readonly contents = [{ note_id: 1 }];
}
console.log(await Note.count());
`;

/** The process that the server wrote down; throws while there is none. */
const serverPid = (folder: string) => Number(readFileSync(path.join(folder, '.datajoint/server/server.pid'), 'utf8'));

/** The process that keeps the server. */
function keeperPid(folder: string): number {
  const keepers = path.join(folder, '.datajoint/server/keepers');
  const last = Math.max(...readdirSync(keepers).map(Number).filter(Number.isInteger));
  return (JSON.parse(readFileSync(path.join(keepers, String(last), 'keeper.json'), 'utf8')) as { pid: number }).pid;
}

/** A workbench on a folder with these files, whose server is ended at the end. */
async function withServerless(name: string, files: Readonly<Record<string, string>>, work: (workbench: Workbench, folder: string) => Promise<void>): Promise<void> {
  await withFolder(files, async (folder) => {
    await mkdir(path.join(folder, '.vscode'));
    await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify({ 'datajoint.pythonPath': interpreter }));
    if ('notes.ts' in files) await djw(folder, 'run', 'notes.ts');
    try {
      await withWorkbench(name, { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        await work(workbench, folder);
      });
    } finally {
      await djw(folder, 'server', 'stop');
    }
  });
}

test('a local server is offered, populates a Python table, survives a reload and is stopped', { timeout: 280_000, skip: absent }, async () => {
  await withServerless('localServer', { 'pipeline.py': pipeline, 'notes.ts': notes }, async (workbench, folder) => {
    const peaksBefore = workbench.treeItem('Pipelines', 'embedded', 'lab', 'Peaks');
    await peaksBefore.shows(/not declared yet/);
    await peaksBefore.menu('Populate');
    await workbench.notification(/^Peaks is a Python table, and datajoint-python needs a MySQL or MariaDB server/, 'Start a Local Database Server');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('localServer-1-question');
    assert.match(await workbench.confirmDialog('Use a Local Server'), /uses the embedded database .*embedded\.db\. Use a local server in its place\?/);

    // What was asked for goes on by itself once the server answers.
    await workbench.terminalShows(/Done: 2 computed/, 120_000);
    const server = workbench.treeItem('Pipelines', 'local server');
    const peaks = workbench.treeItem('Pipelines', 'local server', 'lab', 'Peaks');
    await server.shows(/running · port \d+/);
    await peaks.shows(/2\/2/);
    await workbench.screenshot('localServer-2-populated');
    const pid = serverPid(folder);
    const named = JSON.parse(await readFile(path.join(folder, 'datajoint.json'), 'utf8')) as { database: { host: string } };
    assert.equal(named.database.host, '127.0.0.1');

    // This test is a second window while the first one loads again: however long that takes, the server is needed.
    const second = await followServer(serverFiles(folder), 'watch', () => undefined);
    await workbench.page.reload();
    await workbench.openView('DataJoint');
    await server.shows(/running · port \d+/);
    await peaks.shows(/2\/2/);
    second?.close();
    assert.equal(serverPid(folder), pid);
    await workbench.screenshot('localServer-3-reloaded');

    await server.menu('Stop the Local Database Server');
    await server.shows(/stopped/);
    assert.throws(() => process.kill(pid, 0));
    await workbench.screenshot('localServer-4-stopped');

    await workbench.runCommand('DataJoint: Populate');
    await workbench.pickQuick('Peaks');
    await workbench.notification(/^The local server is stopped\.$/, 'Start');
    await server.shows(/running/);
    await peaks.shows(/2\/2/);
    process.kill(serverPid(folder), 'SIGKILL');
    await server.shows(/failed/);
    await workbench.treeItem('Pipelines', 'local server', /was ended by SIGKILL/).find();
    await workbench.screenshot('localServer-5-killed');
    await server.menu('Show Log of the Local Database Server');
    await workbench.editorAt('log.txt');
  });
});

test('a folder that names no server gets one at the press of a button; what a terminal does with it is shown', { timeout: 280_000, skip: absent }, async () => {
  await withServerless('localServerButton', { 'pipeline.py': pipeline }, async (workbench, folder) => {
    const view = workbench.view('Pipelines');
    await until('the view says what it needs', async () => (await view.welcome()).includes('this folder names none'));
    await workbench.screenshot('localServer-6-none');
    await view.pressWelcome('Start a Local Database Server');
    const server = workbench.treeItem('Pipelines', 'local server');
    await server.shows(/running/);
    await workbench.treeItem('Pipelines', 'local server', 'lab', 'Peaks').shows(/not declared yet/);

    // A keeper that is killed gets a successor from the window, for the same server.
    const [keeper, pid] = [keeperPid(folder), serverPid(folder)];
    process.kill(keeper, 'SIGKILL');
    await until('the window has started another keeper', () => keeperPid(folder) !== keeper);
    await server.shows(/running/);
    assert.equal(serverPid(folder), pid);

    await djw(folder, 'server', 'stop');
    await server.shows(/stopped/);
    await djw(folder, 'server', 'start');
    await server.shows(/running/);
    await djw(folder, 'server', 'stop');
    await workbench.treeItem('Pipelines', 'local server', 'Start the local server').click();
    await server.shows(/running/);

    await workbench.treeItem('Pipelines', 'local server', 'lab', 'Simulation').menu('Populate');
    await workbench.terminalShows(/simulating/, 60_000);
    await server.menu('Stop the Local Database Server');
    assert.match(await workbench.confirmDialog('Stop'), /^1 worker would lose the local server\. Stop it\?/);
    await server.shows(/stopped/);
  });
});

test('a workspace that is not trusted gets no server', { timeout: 200_000 }, async () => {
  await withFolder({ 'pipeline.py': pipeline }, async (folder) => {
    await withWorkbench('localServerUntrusted', { vsix: await builtVsix(), folder, settings, untrusted: true }, async (workbench) => {
      await workbench.openView('DataJoint');
      const view = workbench.view('Pipelines');
      await until('the view says what it needs', async () => (await view.welcome()).includes('this folder names none'));
      await view.pressWelcome('Start a Local Database Server');
      await workbench.notification(/^This workspace is not trusted/, 'Manage Trust');
      assert.deepEqual(readdirSync(folder), ['pipeline.py']);
    });
  });
});
