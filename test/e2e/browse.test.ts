/** Around the main job: options of populate, the filter, ignoring and clearing, a reload of the window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, type Workbench, withWorkbench } from '../harness/workbench';
import { djw, settings, withDemo } from './folders';

const trace = ['embedded', 'ephys', 'Trace'] as const;

/** The sessions without a gain, and one with. */
const some = '[{"subject_id":"b2","session_idx":5},{"subject_id":"c3","session_idx":3},{"subject_id":"d4","session_idx":1},{"subject_id":"a1","session_idx":1}]';

test('options, filter, ignore, clear, reload', { timeout: 300_000 }, async () => {
  await withDemo(async (folder) => {
    await withWorkbench('browse', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      await populateWithOptions(workbench);
      await filter(workbench);
      await reload(workbench);
      await ignoreAndClear(workbench);
      assert.match(await djw(folder, 'jobs', 'Trace', '--status', 'ignore'), /subject_id "b2", session_idx 5/);
    });
  });
});

async function populateWithOptions(workbench: Workbench): Promise<void> {
  await workbench.treeItem('Pipelines', ...trace).menu('Populate with Options…');
  await until('the switches', async () => /Reserve jobs[^]*Suppress errors/.test(await workbench.quickInput.prompt()));
  await workbench.screenshot('browse-1-options');
  await workbench.page.keyboard.press('Enter');
  await until('the second step', async () => (await workbench.quickInput.prompt()).includes('At most how many keys?'));
  await workbench.answerInput('0');
  await until('0 is refused', async () => (await workbench.quickInput.prompt()).includes('A whole number above 0'));
  await workbench.answerInput('10');
  await until('the third step', async () => (await workbench.quickInput.prompt()).includes('Only which keys?'));
  await workbench.answerInput(some);
  await workbench.terminalShows(/1 computed, 3 errors/, 60_000);
  await workbench.treeItem('Pipelines', ...trace).shows(/1\/24 · 3 errors/);
}

async function filter(workbench: Workbench): Promise<void> {
  const pipelines = workbench.view('Pipelines');
  await pipelines.press('Filter Tables');
  await workbench.answerInput('trac');
  await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Session').gone();
  await workbench.treeItem('Pipelines', ...trace).find();
  await workbench.screenshot('browse-2-filter');
  await pipelines.press('Show All Tables');
  await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Session').find();
}

async function reload(workbench: Workbench): Promise<void> {
  await workbench.treeItem('Errors', 'Trace', /gain is zero/, /c3/).click();
  const page = await workbench.visibleWebview();
  await page.getByText('Go to make()').waitFor();
  await workbench.page.evaluate('window.beforeReload = true');
  await workbench.runCommand('Developer: Reload Window');
  await until('the window is another', async () => (await workbench.page.evaluate('window.beforeReload')) !== true, 60_000);
  await until('the page is restored', async () => {
    const restored = await workbench.visibleWebview();
    return (await restored.locator('h1').innerText()).includes('subject_id "c3", session_idx 3');
  });
}

async function ignoreAndClear(workbench: Workbench): Promise<void> {
  await workbench.treeItem('Errors', 'Trace', /gain is zero/, /b2/).menu('Ignore');
  await workbench.treeItem('Errors', 'Trace', /gain is zero/, /b2/).gone();
  await workbench.treeItem('Pipelines', ...trace, 'Ignored').shows(/1/);
  await workbench.treeItem('Pipelines', ...trace, 'Error').shows(/2/);
  await workbench.treeItem('Pipelines', ...trace).collapse();
  await workbench.treeItem('Errors', 'Trace').menu('Clear from Queue');
  assert.match(await workbench.confirmDialog('Clear'), /Clear 2 jobs of Trace\?/);
  await until('no error is left', async () => (await workbench.view('Errors').welcome()).includes('No errors'));
  // What changed while a row was folded is there when it is unfolded.
  await workbench.treeItem('Pipelines', ...trace).expand();
  await workbench.treeItem('Pipelines', ...trace, 'Error').gone();
  await workbench.treeItem('Pipelines', ...trace, 'Ignored').shows(/1/);
  const page = await workbench.visibleWebview();
  await page.getByText('not in the queue', { exact: true }).waitFor();
  await workbench.screenshot('browse-3-cleared');
}
