/** The main job as a user does it: populate, look at an error, jump to its line, repair it, retry. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, type Workbench, withWorkbench } from '../harness/workbench';
import { djw, settings, withDemo } from './folders';

const trace = ['embedded', 'ephys', 'Trace'] as const;

test('populate the demo, open an error, repair make() and retry', { timeout: 300_000 }, async () => {
  await withDemo(async (folder) => {
    await withWorkbench('populate', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await populate(workbench);
      await followTerminalLink(workbench, folder);
      await openError(workbench);
      await goToMake(workbench, folder);
      await repair(workbench, folder);
      await retry(workbench);
      const rows = await djw(folder, 'progress', 'Trace', '--json');
      assert.match(rows, /22/);
      await retryTheOthers(workbench);
    });
  });
});

async function populate(workbench: Workbench): Promise<void> {
  await workbench.openView('DataJoint');
  await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Session').shows(/24 rows/);
  const titles = await workbench.treeItem('Pipelines', ...trace).menuTitles();
  assert.deepEqual(titles.slice(0, 2), ['Populate', 'Populate with Options…']);
  await workbench.treeItem('Pipelines', ...trace).menu('Populate');
  await workbench.terminalShows(/Trace .*\d+\/24/);
  await workbench.treeItem('Pipelines', ...trace).shows(/\d+\/24.* · 1 running/, 60_000);
  await workbench.treeItem('Pipelines', ...trace).shows(/[12]\d\/24/);
  await workbench.screenshot('1-populate');
  await workbench.terminalShows(/21 computed, 3 errors/, 120_000);
  await workbench.treeItem('Pipelines', ...trace).shows(/21\/24 · 3 errors/);
  await workbench.treeItem('Pipelines', ...trace, 'Error', /c3/).shows(/gain is zero/);
  await workbench.notification(/Trace: 3 keys failed/, 'Show Errors');
  assert.equal(await workbench.activityIcon('DataJoint').locator('.badge-content').innerText(), '3');
}

/** The path that a failed key is printed with opens the line. */
async function followTerminalLink(workbench: Workbench, folder: string): Promise<void> {
  const { page } = workbench;
  const place = page.locator('.terminal-wrapper.active .xterm-rows span', { hasText: /^pipeline\.ts:\d+$/ }).first();
  const box = await place.boundingBox();
  assert.ok(box !== null);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.keyboard.down('Control');
  await until('the link opens', async () => {
    // The terminal looks for links when the mouse moves.
    await page.mouse.move(x - 5, y);
    await page.mouse.move(x, y);
    await page.mouse.click(x, y);
    return (await workbench.editor())?.file === 'pipeline.ts';
  });
  await page.keyboard.up('Control');
  await workbench.editorAt('pipeline.ts', await lineOf(folder, 'throw new RangeError('));
}

async function openError(workbench: Workbench): Promise<void> {
  const error = workbench.treeItem('Errors', 'Trace', /gain is zero/, 'subject "c3", session 3');
  await error.click();
  const page = await workbench.visibleWebview();
  await page.getByText('RangeError: gain is zero').first().waitFor();
  await page.locator('.source-line.failing', { hasText: 'throw new RangeError' }).waitFor();
  await page.getByText('Same failure: 2 more keys').waitFor();
  await page.getByText(/frames? inside the engine/).waitFor();
  await page.evaluate(`document.fonts.load('16px codicon').then(() => true)`);
  await workbench.screenshot('2-error');
}

async function goToMake(workbench: Workbench, folder: string): Promise<void> {
  const page = await workbench.visibleWebview();
  await page.getByText('Go to make()').click();
  await workbench.editorAt('pipeline.ts', await lineOf(folder, 'throw new RangeError('));
  await workbench.page.locator('.codelens-decoration', { hasText: 'Populate' }).filter({ hasText: '21/24 · 3 errors' }).waitFor();
  await workbench.page.locator('.squiggly-error').first().waitFor();
  await workbench.screenshot('3-make');
}

async function lineOf(folder: string, text: string): Promise<number> {
  const lines = (await readFile(path.join(folder, 'pipeline.ts'), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

/** Types the reading of a gap that the demo's comment proposes; leaves the file unsaved, as people do. */
async function repair(workbench: Workbench, folder: string): Promise<void> {
  const { keyboard } = workbench.page;
  const target = await lineOf(folder, 'const gain = writtenGain;');
  for (let line = await lineOf(folder, 'throw new RangeError('); line > target; line -= 1) await keyboard.press('ArrowUp');
  await workbench.editorAt('pipeline.ts', target);
  await keyboard.press('End');
  await keyboard.press('Shift+Home');
  await keyboard.type('const gain = writtenGain || nominalGain;');
  await workbench.screenshot('4-repair');
}

async function retry(workbench: Workbench): Promise<void> {
  const page = await workbench.webview(/c3/);
  await page.getByText('Retry', { exact: true }).click();
  await workbench.terminalShows(/1 computed/, 60_000);
  const status = page.locator('.status');
  await until('the page follows the job', async () => (await status.innerText()).includes('done'));
  await page.getByText('Trace has the row for this key.').waitFor();
  await workbench.treeItem('Pipelines', ...trace).shows(/22\/24 · 2 errors/);
  await workbench.treeItem('Errors', 'Trace', /gain is zero/, /c3/).gone();
  await workbench.screenshot('5-retried');
}

/** A whole group at once, from the tree. */
async function retryTheOthers(workbench: Workbench): Promise<void> {
  await workbench.treeItem('Errors', 'Trace').press('Retry');
  await workbench.terminalShows(/2 computed, 0 errors/, 60_000);
  await workbench.treeItem('Pipelines', ...trace).shows(/24\/24$/);
  await until('the Errors view says that there are none', async () =>
    (await workbench.view('Errors').welcome()).includes('No errors'),
  );
  await until('no line is marked any more', async () => (await workbench.page.locator('.squiggly-error').count()) === 0);
  await workbench.screenshot('6-all-done');
}
