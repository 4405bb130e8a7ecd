/** Tables that no class in the folder makes: their definition, and the class that is written from them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { withServer } from '../harness/server';
import { until } from '../harness/until';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

/** The pipeline of another lab member, who has declared the tables. */
const elsewhere = `import datajoint as dj

people = dj.Schema("lab_people")
schema = dj.Schema("lab_ephys")


@people
class Mouse(dj.Manual):
    definition = "mouse : varchar(8)"


@schema
class Session(dj.Manual):
    definition = """
    # A recording session
    -> Mouse
    session : int32
    ---
    note = '' : varchar(80)   # what was odd
    """


@schema
class Trace(dj.Computed):
    definition = """
    -> Session
    """

    class Peak(dj.Part):
        definition = """
        -> master
        peak : int32
        """


Mouse.insert1(["m1"])
Session.insert([["m1", k, ""] for k in range(5)])
`;

const spawned = `import datajoint as dj

ephys = dj.Schema("lab_ephys")
ephys.make_classes()
people = dj.VirtualModule("people", "lab_people")
`;

test('tables without a class show their definition, and get a class', { timeout: 280_000, skip: absent }, async () => {
  await withServer(async (server) => {
    await withFolder({ 'analysis.py': spawned }, async (folder) => {
      const { host, port, user, password } = server;
      const variables = { DJ_HOST: host, DJ_PORT: String(port), DJ_USER: user, DJ_PASS: password };
      execFileSync(interpreter, ['-c', elsewhere], { env: { ...process.env, ...variables } });
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      const label = `${user}@${host}:${String(port)}`;
      await withWorkbench('withoutClass', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const session = workbench.treeItem('Pipelines', label, 'lab_ephys', 'Session');
        await session.shows(/5 rows/);
        const trace = workbench.treeItem('Pipelines', label, 'lab_ephys', 'Trace');
        await trace.shows(/0\/5/);
        assert.deepEqual(await trace.menuTitles(), ['Show Definition', 'Create Class from Table']);

        await session.menu('Show Definition');
        await workbench.editorAt('lab_ephys.Session');
        const shown = await workbench.editorText();
        assert.match(shown, /# Session: manual table of lab_ephys/);
        assert.match(shown, /# 5 rows/);
        assert.match(shown, /# Parents: lab_people\.Mouse/);
        assert.match(shown, /# The files here have no class for it\./);
        assert.match(shown, /note = ''/);
        await workbench.screenshot('without-class-1-definition');

        // The file has the schema, and classes that are made as it runs.
        await trace.menu('Create Class from Table');
        await workbench.editorAt('analysis.py', 9);
        await workbench.screenshot('without-class-2-class');
        await workbench.runCommand('File: Save');
        const written = await until('the class is saved', async () => {
          const text = await readFile(path.join(folder, 'analysis.py'), 'utf8');
          return text.includes('class Trace(dj.Computed)') ? text : null;
        });
        assert.match(written, /@ephys\nclass Trace\(dj\.Computed\):\n {4}definition = """\n {4}-> Session\n {4}"""\n\n {4}class Peak\(dj\.Part\):/);
      });
    });
  });
});
