/** A pipeline of Python files in the workbench: its make() runs in the terminal, fails, is mended and tried again. */
import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { withServer } from '../harness/server';
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
    contents = [(1, 2.0), (2, 0.0), (3, 4.0)]


@schema
class Peaks(dj.Computed):
    definition = """
    -> Recording
    ---
    peak : float64
    """

    def make(self, key):
        gain = (Recording & key).fetch1('gain')
        print('gain', gain)
        self.insert1({**key, 'peak': scaled(gain)})


def scaled(gain):
    return 10 / gain
`;

const failingLine = pipeline.split('\n').findIndex((line) => line.includes('scaled(gain)})')) + 1;

test('a Python table is populated in the terminal; its error leads to the line, and a retry makes the row', { timeout: 280_000, skip: absent }, async () => {
  await withServer(async (server) => {
    await withFolder({ 'pipeline.py': pipeline }, async (folder) => {
      const [file, moved] = [path.join(folder, 'pipeline.py'), path.join(folder, 'src/pipeline.py')];
      const { host, port, user, password } = server;
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      // A path of this machine: among the settings of a user elsewhere it would not count.
      for (const name of ['.vscode', 'src', 'old']) await mkdir(path.join(folder, name));
      const local = { 'datajoint.pythonPath': interpreter, 'datajoint.pathMappings': { [folder]: '${workspaceFolder}/src' } };
      await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(local));
      const label = `${user}@${host}:${String(port)}`;
      await withWorkbench('python', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const peaks = workbench.treeItem('Pipelines', label, 'lab', 'Peaks');
        await peaks.shows(/not declared yet/);
        await peaks.menu('Populate');
        const shown = await workbench.terminalShows(/2 computed, 1 error/, 60_000);
        assert.match(shown, /gain 2\.0/);
        await peaks.shows(/2\/3 · 1 error/);
        assert.equal(await server.sql('SELECT COUNT(*) FROM lab.__peaks'), '2');
        await workbench.screenshot('python-1-populated');

        const failed = workbench.treeItem('Errors', 'Peaks', /division by zero/, 'recording 2');
        await failed.menu('Go to make()');
        await workbench.editorAt('pipeline.py', failingLine);
        await failed.click();
        const page = await workbench.visibleWebview();
        await page.locator('.source-line.failing', { hasText: 'return 10 / gain' }).waitFor();
        await page.locator('.source-line.failing', { hasText: 'self.insert1' }).waitFor();
        await workbench.screenshot('python-2-error');

        // The stack is that of another place now, with a line less: the mapping leads to the one of two that is meant.
        await rename(file, path.join(folder, 'old/pipeline.py'));
        await writeFile(moved, `# A line more.\n${pipeline}`);
        await failed.menu('Go to make()');
        const { column } = await workbench.editorAt('pipeline.py', failingLine + 1);
        assert.ok(column > 1);
        await workbench.screenshot('python-3-moved');
        await failed.click();
        const again = await workbench.visibleWebview();
        await again.getByText(/pipeline\.py was edited after this error\. The line that failed is line \d+ now\./).waitFor();
        await again.getByText(`src/pipeline.py:${String(failingLine + 1)}`).first().waitFor();
        await workbench.screenshot('python-4-moved-error');

        await rm(path.join(folder, 'old'), { recursive: true });
        await writeFile(moved, pipeline.replace('return 10 / gain', 'return 10 / gain if gain else 0'));
        await again.getByText('Retry', { exact: true }).click();
        await workbench.terminalShows(/Done: 1 computed/, 60_000);
        await peaks.shows(/3\/3/);
        assert.equal(await server.sql('SELECT peak FROM lab.__peaks WHERE recording_id = 2'), '0');
        await workbench.screenshot('python-5-retried');
      });
    });
  });
});

test('without a server, a populate of a Python table says what it needs, and a connection can be added at once', { timeout: 200_000 }, async () => {
  await withFolder({ 'pipeline.py': pipeline }, async (folder) => {
    await withWorkbench('python-embedded', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      await until('the view says what it needs', async () => (await workbench.view('Pipelines').welcome()).includes('this folder names none'));
      await workbench.screenshot('python-6-no-server');
      await workbench.runCommand('DataJoint: Populate');
      await workbench.pickQuick('Peaks');
      await workbench.notification(/^Peaks is a Python table, and datajoint-python needs a MySQL or MariaDB server/, 'Add Connection…');
      await until('the host is asked for', async () => (await workbench.quickInput.prompt()).includes('Host of the MySQL'));
    });
  });
});
