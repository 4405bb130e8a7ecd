// Which database a folder that nobody trusts may name, and what becomes of its file.
import '../../harness/vscodeStub';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openDatabase } from '../../../src/engine/database';
import { open, resolveFolder } from '../../../src/extension/connections/open';

async function folderWith(context: TestContext, file: string): Promise<string> {
  const outer = await mkdtemp(path.join(tmpdir(), 'djw-untrusted-'));
  context.after(() => rm(outer, { recursive: true, force: true }));
  const folder = path.join(outer, 'lab');
  await mkdir(path.join(folder, '.git'), { recursive: true });
  await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify({ embedded: { file } }));
  return folder;
}

test('a file outside of an untrusted folder is not opened', async (context) => {
  for (const file of ['../out.db', '/tmp/out.db', '../lab2/out.db', '//server/share/out.db']) {
    const folder = await folderWith(context, file);
    await assert.rejects(resolveFolder(folder, false), /is outside of this folder, so it is not opened before you trust the workspace\.$/, file);
    assert.equal((await resolveFolder(folder, true)).kind, 'embedded', 'a trusted folder may name it');
  }
});

test('nor is one to which a link leads', async (context) => {
  const folder = await folderWith(context, 'inner.db');
  const outside = path.join(path.dirname(folder), 'outside.db');
  await (await openDatabase({ kind: 'embedded', file: outside, durability: 'normal' })).close();
  await symlink(outside, path.join(folder, 'inner.db'));
  await assert.rejects(resolveFolder(folder, false), /is outside of this folder/);
});

test('its own file is looked at and not changed', async (context) => {
  const folder = await folderWith(context, 'data/own.db');
  const file = path.join(folder, 'data/own.db');
  await (await openDatabase({ kind: 'embedded', file, durability: 'normal' })).close();
  await rm(`${file}-sessions`, { recursive: true, force: true });
  const before = await readFile(file);
  const { connection, overview } = await open(await resolveFolder(folder, false), true);
  assert.deepEqual(await overview.schemas(), []);
  await connection.close();
  assert.deepEqual(await readFile(file), before);
  // SQLite's own, which readers of a file share with its writers.
  const beside = (await readdir(path.dirname(file))).filter((name) => !/^own\.db(?:-shm|-wal)?$/.test(name));
  assert.deepEqual(beside, []);
});
