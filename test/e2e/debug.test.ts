/** Debug this Key: a TypeScript make() under the debugger that is part of the editor; Python's says what it needs. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { withServer } from '../harness/server';
import { until } from '../harness/until';
import { builtVsix, withWorkbench, type Workbench } from '../harness/workbench';
import { djw, settings, withFolder } from './folders';

const pipeline = `import * as dj from 'datajoint-workbench';

export const schema = dj.schema('lab');

@schema
export class Sample extends dj.Lookup {
  static readonly definition = \`
    sample_id : int32
    ---
    gain : int32
  \`;
  static contents = [
    { sample_id: 1, gain: 2 },
    { sample_id: 2, gain: 0 },
    { sample_id: 3, gain: 0 },
  ];
}

@schema
export class Peak extends dj.Computed {
  static readonly definition = \`
    -> Sample
    ---
    height : int32
  \`;

  async make(key: dj.Key) {
    const gain = await Sample.restrict(key).fetch1('gain');
    if (gain === 0) throw new RangeError('gain is zero');
    await this.insert1({ ...key, height: 10 * gain });
  }
}
`;

const failingLine = pipeline.split('\n').findIndex((line) => line.includes('throw new RangeError')) + 1;

const stoppedLine = (workbench: Workbench) => workbench.page.locator('.debug-top-stack-frame-line');

async function reservedKeys(folder: string): Promise<unknown[]> {
  const jobs = JSON.parse(await djw(folder, 'jobs', 'Peak', '--status', 'reserved', '--json')) as { key: unknown }[];
  return jobs.map(({ key }) => key);
}

/** Leaves the breakpoint, and waits until both jobs have failed again. */
async function goOn(workbench: Workbench, folder: string): Promise<void> {
  await workbench.runCommand('Debug: Continue');
  await stoppedLine(workbench).waitFor({ state: 'detached' });
  await until('the job is an error again', async () => {
    const counts = JSON.parse(await djw(folder, 'jobs', 'Peak', '--json')) as Record<string, number>;
    return counts['error'] === 2 && counts['reserved'] === 0;
  });
  await workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
}

test('a job that failed is made again under the debugger, stops at the breakpoint in make(), and is recorded', { timeout: 280_000 }, async () => {
  await withFolder({ 'pipeline.ts': pipeline }, async (folder) => {
    await djw(folder, 'populate', 'Peak', '--reserve-jobs', '--suppress-errors', '--errors-ok');
    await withWorkbench('debug', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const failed = workbench.treeItem('Errors', 'Peak', /gain is zero/, 'sample 2');
      await failed.menu('Go to make()');
      await workbench.editorAt('pipeline.ts', failingLine);
      await workbench.runCommand('Debug: Toggle Breakpoint');
      await workbench.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified').first().waitFor();

      await failed.menu('Debug this Key');
      await stoppedLine(workbench).waitFor({ timeout: 60_000 });
      await workbench.editorAt('pipeline.ts', failingLine);
      await workbench.page.locator('.debug-call-stack .monaco-list-row', { hasText: 'Peak.make' }).first().waitFor();
      await workbench.screenshot('debug-1-stopped');
      assert.deepEqual(await reservedKeys(folder), [{ sample_id: 2 }]);
      await goOn(workbench, folder);

      // Above make() several keys are offered.
      const offered = workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'sample 3' });
      await until('the keys are offered', async () => {
        // The line is drawn again when counts change, and a press on the old one is lost.
        await workbench.page.locator('.codelens-decoration a', { hasText: 'Debug' }).click();
        return await offered.waitFor({ timeout: 15_000 }).then(() => true, () => false);
      });
      await offered.click();
      await stoppedLine(workbench).waitFor({ timeout: 60_000 });
      assert.deepEqual(await reservedKeys(folder), [{ sample_id: 3 }]);
      await goOn(workbench, folder);
      await workbench.screenshot('debug-2-ended');
    });
  });
});

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

const pythonPipeline = `import datajoint as dj

schema = dj.Schema('lab')

@schema
class Recording(dj.Lookup):
    definition = "recording_id : int32"
    contents = [(1,), (2,)]

@schema
class Peaks(dj.Computed):
    definition = "-> Recording"

    def make(self, key):
        self.insert1({**key, 'no_such': 1 / (key['recording_id'] - 1)} if key['recording_id'] == 1 else key)
`;

test('without the Python debugger, debugging a Python key says what to install, and leaves the job alone', { timeout: 280_000, skip: absent }, async () => {
  await withServer(async (server) => {
    await withFolder({ 'pipeline.py': pythonPipeline }, async (folder) => {
      const { host, port, user, password } = server;
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      const program = path.resolve(__dirname, '../../dist/djw.js');
      const args = ['populate', 'Peaks', '--reserve-jobs', '--suppress-errors', '--errors-ok', '--python', interpreter];
      await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder });
      await withWorkbench('debug-python', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const failed = workbench.treeItem('Errors', 'Peaks', /division by zero/, 'recording 1');
        await failed.click();
        await (await workbench.visibleWebview()).getByText('Debug', { exact: true }).click();
        await workbench.notification(/^To debug the make\(\) of a Python table, install the Python Debugger extension/);
        await workbench.screenshot('debug-3-python');
        assert.equal(await server.sql("SELECT COUNT(*) FROM lab.`~~peaks` WHERE status = 'error'"), '1');
      });
    });
  });
});
