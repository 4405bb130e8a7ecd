/** The first minutes: an empty folder, the demo, a first pipeline. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { djw, settings, withFolder } from './folders';

test('an empty folder offers the demo, and the demo comes alive', { timeout: 240_000 }, async () => {
  await withFolder({}, async (folder) => {
    await withWorkbench('demo', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const pipelines = workbench.view('Pipelines');
      await until('the welcome text', async () => (await pipelines.welcome()).includes('No pipeline here yet'));
      await workbench.screenshot('first-1-welcome');
      assert.ok(!existsSync(path.join(folder, '.datajoint')), 'looking creates nothing');
      await pipelines.pressWelcome('Open the Demo');
      await workbench.editorAt('pipeline.ts');
      await workbench.terminalShows(/24 sessions/, 60_000);
      await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Session').shows(/24 rows/);
      await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Trace').find();
      await workbench.screenshot('first-2-demo');
    });
  });
});

test('a first pipeline can be created, run and populated', { timeout: 240_000 }, async () => {
  await withFolder({}, async (folder) => {
    await withWorkbench('first-pipeline', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const pipelines = workbench.view('Pipelines');
      await pipelines.pressWelcome('Create a First Pipeline');
      await workbench.editorAt('pipeline.ts');
      await pipelines.pressWelcome('Run the Pipeline');
      await workbench.terminalShows(/3 measurements/, 60_000);
      await workbench.treeItem('Pipelines', 'embedded', 'first', 'Measurement').shows(/3 rows/);
      const summary = workbench.treeItem('Pipelines', 'embedded', 'first', 'Summary');
      await summary.press('Populate');
      await workbench.terminalShows(/3 computed, 0 errors/, 60_000);
      await summary.shows(/3\/3$/);
      await summary.menu('Go to make()');
      await workbench.editorAt('pipeline.ts', 25);
      await workbench.screenshot('first-3-pipeline');
      assert.match(await djw(folder, 'list'), /Summary/);
      // A second time would overwrite the person's work.
      await pipelines.press('Create a First Pipeline');
      await workbench.notification(/pipeline\.ts exists in this folder already; nothing was changed/);
    });
  });
});
