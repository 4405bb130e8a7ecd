import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { findPackages, indexPipeline, makeFrame, parseStack } from '../../../src/pipeline';

/** A folder with an environment that has datajoint; the files are added to it. */
function lab(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'packages-'));
  context.after(() => rmSync(root, { recursive: true }));
  const all = { 'lab/.venv/bin/python': '', 'lab/.venv/pyvenv.cfg': '', [`${site}/datajoint/__init__.py`]: '', ...files };
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('ROOT', root));
  }
  return root;
}

const site = 'lab/.venv/lib/python3.11/site-packages';
const tables = `import datajoint as dj
schema = dj.Schema()
def activate(name):
    schema.activate(name)
@schema
class Scan(dj.Manual): pass
`;
const env = { HOME: '/nowhere', PATH: '' };
const skip = process.platform === 'win32' ? 'environments of Windows have other folders' : false;

test('the packages of the environment of a folder, and of editable installs', { skip }, async (context) => {
  const root = lab(context, {
    [`${site}/elements.pth`]: '# a comment\nimport os\nROOT/checkout/src\n../../../../relative\n/nowhere/at/all\n',
    [`${site}/__editable___mapped_0_1_finder.py`]: "from __future__ import annotations\nMAPPING: dict[str, str] = {'mapped': 'ROOT/checkouts/mapped'}\n",
    'checkout/src/elem_one/tables.py': tables,
    'checkouts/mapped/tables.py': tables,
    'lab/relative/x.py': '',
    [`${site}/elem_two/__init__.py`]: 'from .tables import activate, schema\n',
    [`${site}/elem_two/tables.py`]: tables,
    [`${site}/numpy/__init__.py`]: 'x = 1\n',
    'lab/pipeline.py': `import numpy
from elem_one import tables as one
import mapped.tables
import elem_two
one.activate('one')
mapped.tables.activate('mapped')
elem_two.activate('two')
`,
  });
  const packages = await findPackages(path.join(root, 'lab'), env);
  assert.deepEqual(packages, [path.join(root, site), path.join(root, 'checkouts'), path.join(root, 'checkout/src'), path.join(root, 'lab/relative')]);
  const { classes, files } = await indexPipeline(path.join(root, 'lab'), { packages });
  assert.deepEqual(
    classes.map(({ schemaName, file, isInstalled, activatedIn }) => [schemaName, path.relative(root, file), isInstalled, path.basename(activatedIn ?? '')]).sort(),
    [
      ['mapped', 'checkouts/mapped/tables.py', true, 'pipeline.py'],
      ['one', 'checkout/src/elem_one/tables.py', true, 'pipeline.py'],
      ['two', `${site}/elem_two/tables.py`, true, 'pipeline.py'],
    ],
  );
  assert.ok(files.every((file) => !file.includes('elem_')), 'files of packages are not those of the folder');
});

test('an interpreter that somebody chose is the only one, and one without datajoint is passed over otherwise', { skip }, async (context) => {
  const root = lab(context, {});
  rmSync(path.join(root, site, 'datajoint'), { recursive: true });
  assert.deepEqual(await findPackages(path.join(root, 'lab'), env), []);
  assert.deepEqual(await findPackages(path.join(root, 'lab'), env, path.join(root, 'lab/.venv/bin/python')), [path.join(root, site)]);
  assert.deepEqual(await findPackages(path.join(root, 'lab'), env, '/nowhere/bin/python'), []);
});

test('a package that nothing imports, or whose schema nothing activates, has no tables here', async (context) => {
  const root = lab(context, { [`${site}/elem/a.py`]: tables, [`${site}/elem/b.py`]: tables, 'lab/pipeline.py': 'from elem import a\nprint(a.activate)\n' });
  assert.deepEqual((await indexPipeline(path.join(root, 'lab'), { packages: [path.join(root, site)] })).classes, []);
});

test("without a frame of one's own, the make() of a package is where a job failed", () => {
  const stack = `Traceback (most recent call last):
  File "/env/lib/python3.11/site-packages/datajoint/autopopulate.py", line 420, in _populate1
    make(dict(key))
  File "/env/lib/python3.11/site-packages/elem/core.py", line 28, in make
    load(key)
  File "/env/lib/python3.11/site-packages/elem/readers.py", line 3, in load
    raise ValueError("no frames")
ValueError: no frames
`;
  const frame = makeFrame(parseStack(stack, { workspaceFolders: ['/lab'] }));
  assert.deepEqual([frame?.file, frame?.line, frame?.kind], ['/env/lib/python3.11/site-packages/elem/core.py', 28, 'library']);
});
