/** Running a Python file of a pipeline from the workbench: by the interpreter that is chosen, on the folder's server. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { withServer } from '../harness/server';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

const pipeline = `import datajoint as dj

schema = dj.Schema('lab')

@schema
class Recording(dj.Manual):
    definition = "recording_id : int32"
`;

const script = `import sys
from pipeline import Recording

Recording.insert([(1,), (2,)])
print('entered', len(Recording()), 'by', sys.executable)
`;

test('the only script that uses a Python pipeline is run by the chosen interpreter', { timeout: 280_000, skip: absent }, async () => {
  await withServer(async (server) => {
    await withFolder({ 'pipeline.py': pipeline, 'enter.py': script }, async (folder) => {
      const { host, port, user, password } = server;
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      // A path of this machine: among the settings of a user elsewhere it would not count.
      await mkdir(path.join(folder, '.vscode'));
      await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify({ 'datajoint.pythonPath': interpreter }));
      await withWorkbench('python-run', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        await workbench.treeItem('Pipelines', `${user}@${host}:${String(port)}`).menu('Run a Pipeline File');
        const shown = await workbench.terminalShows(/entered 2 by/, 60_000);
        assert.ok(shown.replaceAll('\n', '').includes(`entered 2 by ${interpreter}`), shown);
        await workbench.screenshot('python-run');
        assert.equal(await server.sql('SELECT COUNT(*) FROM lab.recording'), '2');
      });
    });
  });
});
