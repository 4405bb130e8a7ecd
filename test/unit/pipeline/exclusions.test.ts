import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { indexPipeline } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

const table = `import datajoint as dj\nschema = dj.schema('x')\n@schema\nclass A(dj.Manual): pass\n`;
const filesOf = async (folder: string, hidden: readonly string[] = []): Promise<string[]> =>
  (await indexPipeline(folder, { hidden })).classes.map(({ file }) => path.relative(folder, file).replaceAll(path.sep, '/'));

test('what a .gitignore names is not read, each in its folder, and an inner one may take it back', async (context) => {
  const folder = await sourceFolder(context, {
    '.gitignore': '# notes\n/scratch/\nold_*.py\n*.tmp.py\n',
    'lab.py': table,
    'old_lab.py': table,
    'scratch/a.py': table,
    'pipeline/scratch/b.py': table,
    'pipeline/old_b.py': table,
    'pipeline/c.tmp.py': table,
    'kept/.gitignore': '!old_*.py\n',
    'kept/old_c.py': table,
  });
  assert.deepEqual(await filesOf(folder), ['kept/old_c.py', 'lab.py', 'pipeline/scratch/b.py']);
});

test('what the editor hides is not read', async (context) => {
  const folder = await sourceFolder(context, { 'lab.py': table, 'data/a.py': table, 'lab/data/b.py': table, 'lab/gen_1.py': table, 'one/c.py': table, 'two/d.py': table });
  assert.deepEqual(await filesOf(folder, ['data', '**/gen_*.py', '{one,two}']), ['lab.py', 'lab/data/b.py']);
});

test('patterns and files that are no .gitignore do no harm', async (context) => {
  const stars = `${'*a'.repeat(40)}b`;
  const folder = await sourceFolder(context, { '.gitignore': `[\n\\\n!\n../\n//\n${stars}\n${'x'.repeat(9000)}\n`, 'inner/.gitignore/a.py': table, 'lab.py': table });
  await mkdir(path.join(folder, 'a'.repeat(200)));
  assert.deepEqual(await filesOf(folder, [stars, '[', '{', '']), ['lab.py']);
});

test('links to folders are not followed, in circles or out of the folder', async (context) => {
  const outside = await sourceFolder(context, { 'other.py': table });
  const folder = await sourceFolder(context, { 'lab.py': table });
  await symlink(outside, path.join(folder, 'linked'));
  await symlink(folder, path.join(folder, 'circle'));
  await symlink(path.join(folder, 'nothing'), path.join(folder, 'broken.py'));
  assert.deepEqual(await filesOf(folder), ['lab.py']);
});
