/** Debug this Key on a Python table, with the real debugpy behind an extension that offers it as the Python Debugger does. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { withServer } from '../harness/server';
import { until } from '../harness/until';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const root = path.resolve(__dirname, '../..');

function absent(): string | false {
  if (interpreter === '') return 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 and debugpy to run this';
  return spawnSync(interpreter, ['-c', 'import debugpy']).status === 0 ? false : `${interpreter} has no debugpy`;
}

const pipeline = `import datajoint as dj

schema = dj.Schema('lab')


@schema
class Recording(dj.Lookup):
    definition = "recording_id : int32"
    contents = [(1,), (2,), (3,)]


@schema
class Peaks(dj.Computed):
    definition = """
    -> Recording
    ---
    peak : float64
    """

    def make(self, key):
        scaled = scale(key['recording_id'])
        self.insert1({**key, 'peak': scaled})


def scale(recording):
    return 10 / (recording - 2)
`;

const lineOf = (text: string): number => pipeline.split('\n').findIndex((line) => line.includes(text)) + 1;

/** The stand-in for the Python Debugger extension. */
async function debuggerVsix(folder: string): Promise<string> {
  const file = path.join(folder, 'debugger.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', file];
  await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/@vscode/vsce/vsce'), ...args], {
    cwd: path.join(root, 'test/fixtures/python-debugger'),
  });
  return file;
}

test('a failed key of a Python table stops at the breakpoint and where it raises, and is recorded', { timeout: 280_000, skip: absent() }, async () => {
  const { stdout } = await promisify(execFile)(interpreter, ['-c', 'import debugpy, os; print(os.path.dirname(debugpy.__file__))']);
  await withServer(async (server) => {
    await withFolder({ 'pipeline.py': pipeline }, async (folder) => {
      const { host, port, user, password } = server;
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      const args = ['populate', 'Peaks', '--reserve-jobs', '--suppress-errors', '--errors-ok', '--python', interpreter];
      await promisify(execFile)(process.execPath, [path.join(root, 'dist/djw.js'), ...args], { cwd: folder });
      const env = { DJW_TEST_PYTHON: interpreter, DJW_TEST_DEBUGPY: stdout.trim(), DJW_PYTHON: interpreter };
      const others = [await debuggerVsix(folder)];
      await withWorkbench('debug-python-key', { vsix: await builtVsix(), others, folder, settings, env }, async (workbench) => {
        const stoppedLine = workbench.page.locator('.debug-top-stack-frame-line');
        await workbench.openView('DataJoint');
        const failed = workbench.treeItem('Errors', 'Peaks', /division by zero/, 'recording 2');
        await failed.menu('Go to make()');
        await workbench.editorAt('pipeline.py', lineOf('scaled = scale'));
        await workbench.runCommand('Debug: Toggle Breakpoint');
        await workbench.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified').first().waitFor();

        await failed.menu('Debug this Key');
        await stoppedLine.waitFor({ timeout: 90_000 });
        await workbench.editorAt('pipeline.py', lineOf('scaled = scale'));
        await workbench.screenshot('debug-4-python-breakpoint');
        assert.equal(await server.sql("SELECT recording_id FROM lab.`~~peaks` WHERE status = 'reserved'"), '2');

        await workbench.runCommand('Debug: Continue');
        await workbench.editorAt('pipeline.py', lineOf('return 10 /'));
        await workbench.page.locator('.exception-widget', { hasText: 'division by zero' }).waitFor();
        await workbench.screenshot('debug-5-python-raised');

        await workbench.runCommand('Debug: Continue');
        await until('the job is an error again', async () => (await server.sql('SELECT status FROM lab.`~~peaks`')) === 'error');
        await workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
        await workbench.terminalShows(/Done: 0 computed, 1 error/);
        await workbench.screenshot('debug-6-python-ended');
      });
    });
  });
});
