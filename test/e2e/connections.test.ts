/** The connections page and the Workers view: see who runs what, and end it without leaving a job reserved. */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { djw, settings, slowPipeline, withFolder } from './folders';

test('kill a running populate: its job does not stay reserved', { timeout: 240_000 }, async () => {
  await withFolder(slowPipeline, async (folder) => {
    await djw(folder, 'run', 'insert.ts');
    await withWorkbench('connections', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      const simulation = workbench.treeItem('Pipelines', 'embedded', 'slow', 'Simulation');
      await workbench.openView('DataJoint');
      await simulation.press('Populate');
      await simulation.shows(/0\/2 · 1 running/, 60_000);
      const working = workbench.treeItem('Workers', new RegExp(`^${hostname()}:\\d+$`));
      await working.shows(/Simulation · sample 1 · since \d\d:\d\d · alive/);

      await workbench.treeItem('Pipelines', 'embedded').press('Show Connections');
      const page = await workbench.visibleWebview();
      const worker = page.locator('.row.busy');
      await worker.getByText('Simulation · sample 1').waitFor();
      const own = page.locator('.row.own').first();
      assert.match(await own.innerText(), /this editor/);
      assert.equal(await own.locator('vscode-checkbox').getAttribute('aria-disabled'), 'true');

      await worker.locator('vscode-checkbox').click();
      await page.locator('.row.busy.selected').waitFor();
      await page.getByText('Kill 1 selected…').waitFor();
      await workbench.screenshot('7-connections');
      // The selection survives a refresh.
      await page.locator('vscode-button[title="Refresh"]').click();
      await page.locator('.row.busy.selected').waitFor();

      await page.getByText('Kill 1 selected…').click();
      await workbench.page.locator('.monaco-dialog-box').waitFor();
      await workbench.screenshot('8-kill');
      const question = await workbench.confirmDialog('Kill');
      assert.match(question, /Kill session \d+ \(/);
      assert.match(question, /Simulation · sample 1/);
      await workbench.notification(/1 session killed/);
      await until('the session is gone from the page', async () => (await worker.count()) === 0);
      await simulation.shows(/^Simulation {2}0\/2(?!.*running)/);
      await workbench.screenshot('9-killed');
      await until('no worker is left', async () => (await workbench.view('Workers').welcome()).includes('No worker holds a job'));

      await simulation.press('Populate');
      await working.shows(/ · alive/, 60_000);
      await workbench.screenshot('9b-workers');
      await working.press('Stop Worker');
      assert.match(await workbench.confirmDialog('Stop'), /Stop worker .*It holds Simulation · sample \d\./s);
      await workbench.notification(/Worker .* has ended/);
      await simulation.shows(/0\/2 · \d errors?$/);
      await until('no worker is left', async () => (await workbench.view('Workers').welcome()).includes('No worker holds a job'));
      const jobs = await djw(folder, 'jobs', 'Simulation', '--status', 'reserved', '--json');
      assert.deepEqual(JSON.parse(jobs), []);
    });
  });
});
