// Which of the paths that a stack names are opened.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sourceFiles } from '../../../src/pipeline';

describe('files that a stack names', () => {
  let folder = '';
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'djw-sources-'));
    await mkdir(at('lab/deep'), { recursive: true });
    await writeFile(at('lab/pipeline.py'), 'x = 1\n');
    await writeFile(at('lab/deep/helper.ts'), 'export {};\n');
    await writeFile(at('lab/secret.pem'), 'key');
    await writeFile(at('lab/large.py'), 'x'.repeat(2 * 1024 * 1024 + 1));
    await writeFile(at('outside.py'), 'outside');
    await writeFile(at('lab2.py'), 'beside');
    await mkdir(at('lab/folder.py'));
    await symlink(at('outside.py'), at('lab/link.py'));
    await symlink(at('lab/pipeline.py'), at('lab/inner.py'));
    await symlink('/dev/zero', at('lab/zero.py'));
    await symlink(at('lab/secret.pem'), at('lab/key.py'));
    execFileSync('mkfifo', [at('lab/pipe.py')]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('source files of the folders, by whatever path', async () => {
    const sources = sourceFiles([at('lab')]);
    assert.equal(await sources.read(at('lab/pipeline.py')), 'x = 1\n');
    assert.equal(await sources.read(at('lab/deep/../deep/helper.ts')), 'export {};\n');
    assert.equal(await sources.read(at('lab/inner.py')), 'x = 1\n');
    assert.equal(typeof (await sources.changedAt(at('lab/pipeline.py'))), 'number');
  });

  it('a folder that is itself a link', async () => {
    await symlink(at('lab'), at('linked'));
    assert.equal(await sourceFiles([at('linked')]).read(at('linked/pipeline.py')), 'x = 1\n');
  });

  it('nothing else, and nothing waits', async () => {
    const sources = sourceFiles([at('lab')]);
    const refused = [
      at('outside.py'),
      at('lab/../outside.py'),
      at('lab2.py'),
      at('lab/link.py'),
      at('lab/zero.py'),
      at('lab/key.py'),
      at('lab/pipe.py'),
      at('lab/folder.py'),
      at('lab/large.py'),
      at('lab/secret.pem'),
      at('lab/absent.py'),
      at('lab'),
      `${at('lab/pipeline.py')}\0.py`,
      '/dev/zero',
      '/dev/ptmx',
      '/proc/self/environ',
      'pipeline.py',
      '',
      '//server/share/pipeline.py',
      '\\\\server\\share\\pipeline.py',
      '\\\\?\\C:\\lab\\pipeline.py',
      '\\\\.\\pipe\\x.py',
      at('lab/con.py'),
      at('lab/NUL.py'),
      at('lab/com1.py'),
      at('lab/com¹.py'),
      at('lab/CONIN$.py'),
      at('lab/aux .py'),
      at('lab/nul:x.py'),
    ];
    for (const file of refused) {
      assert.equal(sources.has(file), false, file);
      assert.equal(await sources.read(file), null, file);
      assert.equal(await sources.changedAt(file), null, file);
    }
  });

  it('no folder of another machine', () => {
    assert.equal(sourceFiles(['//server/share', '\\\\server\\share']).has('//server/share/pipeline.py'), false);
  });
});
