/** A workflow of tables that are installed as a package, as DataJoint Elements are: opened, populated, its error followed into the package. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { withServer } from '../harness/server';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, withFolder } from './folders';

const interpreter = process.env['DJW_PYTHON_23'] ?? '';
const absent = interpreter === '' ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

const element = `import datajoint as dj

schema = dj.Schema()


def activate(scan_schema_name, *, create_schema=True):
    schema.activate(scan_schema_name, create_schema=create_schema)


@schema
class Scan(dj.Lookup):
    definition = """
    scan_id : int32
    """
    contents = [[1], [2], [3]]


@schema
class Trace(dj.Computed):
    definition = """
    -> Scan
    """

    def make(self, key):
        if key["scan_id"] == 2:
            raise ValueError("no frames in this scan")
        self.insert1(key)
`;

const lineOf = (text: string): number => element.split('\n').findIndex((line) => line.includes(text)) + 1;

const workflow = `from element_scan import scan

prefix = 'lab_'
scan.activate(scan_schema_name=prefix + 'scan')
`;

/** An environment in the folder, whose packages are those of the tests' Python and the element. */
async function environment(folder: string): Promise<void> {
  const made = path.join(folder, '.venv');
  execFileSync(interpreter, ['-m', 'venv', '--without-pip', made]);
  const packagesOf = async (root: string): Promise<string> => {
    const [version = ''] = (await readdir(path.join(root, 'lib'))).filter((name) => name.startsWith('python3'));
    return path.join(root, 'lib', version, 'site-packages');
  };
  const packages = await packagesOf(made);
  await writeFile(path.join(packages, 'tests.pth'), `${await packagesOf(path.dirname(path.dirname(interpreter)))}\n`);
  await mkdir(path.join(packages, 'element_scan'));
  await writeFile(path.join(packages, 'element_scan/__init__.py'), '');
  await writeFile(path.join(packages, 'element_scan/scan.py'), element);
}

test('tables of an installed package are populated, and their errors lead into it', { timeout: 280_000, skip: absent }, async () => {
  await withServer(async (server) => {
    await withFolder({ 'workflow.py': workflow }, async (folder) => {
      await environment(folder);
      const { host, port, user, password } = server;
      await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ database: { host, port, user, password } }));
      const label = `${user}@${host}:${String(port)}`;
      await withWorkbench('installed', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const trace = workbench.treeItem('Pipelines', label, 'lab_scan', 'Trace');
        await trace.shows(/not declared yet/);
        await trace.menu('Populate');
        await workbench.terminalShows(/2 computed, 1 error/, 60_000);
        await trace.shows(/2\/3 · 1 error/);
        assert.equal(await server.sql('SELECT COUNT(*) FROM lab_scan.__trace'), '2');
        await workbench.screenshot('installed-1-populated');

        const failed = workbench.treeItem('Errors', 'Trace', /no frames in this scan/, 'scan 2');
        await failed.menu('Go to make()');
        await workbench.editorAt('scan.py', lineOf('raise ValueError'));
        await failed.click();
        const page = await workbench.visibleWebview();
        await page.getByText('raise ValueError').first().waitFor();
        await page.getByText(`scan.py:${String(lineOf('raise ValueError'))}`).first().waitFor();
        await workbench.screenshot('installed-2-error');
        await trace.menu('Go to make()');
        await workbench.editorAt('scan.py', lineOf('def make'));
      });
    });
  });
});
