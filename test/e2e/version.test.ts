/** Where a make() failed, when its file is another one now, or the code came from a notebook. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { djw, settings, withFolder } from './folders';

const pipeline = `import * as dj from 'datajoint-workbench';

export const schema = dj.schema('lab');

@schema
export class Sample extends dj.Lookup {
  static readonly definition = \`
    sample_id : int32
  \`;
  static contents = [{ sample_id: 1 }, { sample_id: 2 }];
}

@schema
export class Peak extends dj.Computed {
  static readonly definition = \`
    -> Sample
  \`;

  async make(key: dj.Key) {
    const gain = key['sample_id'] === 1 ? 0 : 1;
    if (gain === 0) throw new RangeError('gain is zero');
    const typed = new Error('as from a notebook');
    typed.stack = notebook;
    throw typed;
  }
}

const notebook = \`Traceback (most recent call last):
  File "<ipython-input-3-0123456789ab>", line 2, in make
    const typed = new Error('as from a notebook');
ValueError: as from a notebook
\`;
`;

const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

test('the commit of a failure tells that its file has changed, and where its line is now', { timeout: 280_000 }, async () => {
  const versioned = JSON.stringify({ jobs: { version_method: 'git' } });
  await withFolder({ 'pipeline.ts': pipeline, 'datajoint.json': versioned, '.gitignore': '.datajoint\n' }, async (folder) => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=Lab', '-c', 'user.email=lab@example.org', ...args], { encoding: 'utf8' }).trim();
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--no-gpg-sign', '-m', 'first');
    const version = git('rev-parse', '--short', 'HEAD');
    await djw(folder, 'populate', 'Peak', '--reserve-jobs', '--suppress-errors', '--errors-ok');
    const edited = pipeline.replace('@schema\nexport class Peak', '// Two more\n// lines.\n@schema\nexport class Peak');
    await writeFile(path.join(folder, 'pipeline.ts'), edited);
    await withWorkbench('version', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const failed = workbench.treeItem('Errors', 'Peak', /gain is zero/, 'sample 1');
      await failed.menu('Go to make()');
      const line = lineOf(edited, 'throw new RangeError');
      await workbench.editorAt('pipeline.ts', line);
      const note = `pipeline.ts changed since this error (${version}).`;
      await workbench.page.locator('.statusbar-item', { hasText: note }).waitFor();
      await failed.click();
      const page = await workbench.visibleWebview();
      await page.getByText(`${note} The line that failed is line ${String(line)} now.`).waitFor();
      await page.locator('.source-line.failing', { hasText: 'throw new RangeError' }).waitFor();
      await workbench.screenshot('version-1-changed');

      // Code from a notebook has no file: the class has a line that reads the same.
      await workbench.treeItem('Errors', 'Peak', /as from a notebook/, 'sample 2').menu('Go to make()');
      await workbench.editorAt('pipeline.ts', lineOf(edited, "const typed = new Error"));
      assert.equal(await readFile(path.join(folder, 'pipeline.ts'), 'utf8'), edited);
    });
  });
});
