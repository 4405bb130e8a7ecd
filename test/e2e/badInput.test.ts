/** What can be wrong from the start: one clear sentence each, and the tree stays usable. */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { djw, settings, withDemo, withFolder } from './folders';

test('a corrupt database is a node with a sentence; a good one is found when it comes', { timeout: 240_000 }, async () => {
  await withFolder({}, async (folder) => {
    const file = path.join(folder, '.datajoint/embedded.db');
    await mkdir(path.dirname(file));
    await writeFile(file, 'this is no database, only a text that is long enough to look like a file of one'.repeat(100));
    await withWorkbench('corrupt', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const problem = workbench.treeItem('Pipelines', 'embedded', /^The file \.datajoint\/embedded\.db/);
      const sentence = await problem.shows(/is not a SQLite database: /);
      assert.doesNotMatch(sentence, /SQLITE_|at .*\.js:/);
      await workbench.screenshot('bad-1-corrupt');
      await rm(file);
      await writeFile(path.join(folder, 'pipeline.ts'), pipeline('gone'));
      await workbench.view('Pipelines').press('Refresh');
      await workbench.view('Pipelines').pressWelcome('Run the Pipeline');
      await workbench.terminalShows(/rows: 2/, 60_000);
      await workbench.treeItem('Pipelines', 'embedded', 'gone', 'Sample').shows(/2 rows/);
    });
  });
});

const pipeline = (schema: string) => `
import * as dj from 'datajoint-workbench';
export const schema = dj.schema('${schema}');

@schema
export class Sample extends dj.Lookup {
  static definition = 'sample_id : int32';
  static contents = [{ sample_id: 1 }, { sample_id: 2 }];
}

@schema
export class Result extends dj.Computed {
  static definition = '-> Sample';
  async make(key: dj.Key): Promise<void> {
    await this.insert1(key);
  }
}

console.log('rows: ' + (await Sample.count()));
`;

test('a table without its class in the folder says so; a pipeline that throws on import does not', { timeout: 240_000 }, async () => {
  await withDemo(async (folder) => {
    await djw(folder, 'populate', 'Trace', '{"subject_id": "a1", "session_idx": 1}');
    await withWorkbench('no-class', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const trace = workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Trace');
      await trace.shows(/1\/24/);

      await writeFile(path.join(folder, 'simulate.ts'), "throw new Error('the disk of the rig is not mounted');\n");
      await trace.press('Populate');
      await workbench.terminalShows(/the disk of the rig is not mounted/, 60_000);
      await workbench.notification(/Trace was not populated; the terminal says why/);
      await workbench.screenshot('bad-2-throws');

      await rm(path.join(folder, 'pipeline.ts'));
      await trace.menu('Go to make()');
      await workbench.notification(/No class Trace of schema ephys was found in the files of /);
      await workbench.screenshot('bad-3-no-class');
      await workbench.treeItem('Pipelines', 'embedded', 'ephys', 'Session').shows(/24 rows/);
    });
  });
});
