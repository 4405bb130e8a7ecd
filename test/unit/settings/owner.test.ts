// Settings that another user has put into a folder above.
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { resolveConnection } from '../../../src/engine/settings';
import { serverFolder } from '../../../src/localServer/files';

const STRANGER = 54_321;

/** A folder of this user in one that anybody may write. */
function folders(context: TestContext): { above: string; cwd: string; plant: (name: string, content?: string) => string } {
  const above = mkdtempSync(path.join(tmpdir(), 'djw-owner-'));
  context.after(() => rmSync(above, { recursive: true, force: true }));
  const cwd = path.join(above, 'own', 'project');
  mkdirSync(cwd, { recursive: true });
  const plant = (name: string, content?: string): string => {
    const file = path.join(above, name);
    mkdirSync(content === undefined ? file : path.dirname(file), { recursive: true });
    if (content !== undefined) writeFileSync(file, content);
    chownSync(file, STRANGER, STRANGER);
    return file;
  };
  return { above, cwd, plant };
}

const options = { skip: process.getuid?.() === 0 ? false : 'only root can give a file to another user' };

test('a datajoint.json of another user above is refused, with the way to allow it', options, (context) => {
  const { above, cwd, plant } = folders(context);
  const file = plant('datajoint.json', '{"database": {"host": "evil"}}');
  assert.throws(() => resolveConnection({ cwd, env: {} }), {
    code: 'access',
    message: `${file} belongs to another user (54321) and lies above this folder, so it is not used: move it away, or name ${above} in the variable DJW_SAFE_FOLDERS to use it.`,
  });
  for (const allowed of [above, `/elsewhere${path.delimiter}${above}`, path.dirname(above), '*']) {
    assert.equal(resolveConnection({ cwd, env: { DJW_SAFE_FOLDERS: allowed } }).kind, 'server', allowed);
  }
  assert.throws(() => resolveConnection({ cwd, env: { DJW_SAFE_FOLDERS: `${above}/other` } }), { code: 'access' });
  assert.equal(resolveConnection({ cwd, env: { SUDO_UID: String(STRANGER) } }).kind, 'server', 'sudo works for its user');
});

test('so is a .datajoint, in which the database of this user would be made, and a .datajoint/server', options, (context) => {
  const { cwd, plant } = folders(context);
  plant('.datajoint');
  assert.throws(() => resolveConnection({ cwd, env: {} }), { code: 'access', message: /\.datajoint belongs to another user/ });
  plant('.datajoint/server/server.json', '{}');
  plant('.datajoint/server');
  assert.throws(() => serverFolder(cwd), { code: 'access', message: /server belongs to another user/ });
});

test('so are secrets beside settings of this user', options, (context) => {
  const { above, cwd, plant } = folders(context);
  writeFileSync(path.join(above, 'datajoint.json'), '{"database": {"host": "lab"}}');
  plant('.secrets');
  assert.throws(() => resolveConnection({ cwd, env: {} }), { code: 'access', message: /\.secrets belongs to another user/ });
});

test('what stands in the folder itself, or belongs to its own owner, is used', options, (context) => {
  const { above, cwd, plant } = folders(context);
  const own = path.join('own', 'project', 'datajoint.json');
  plant(own, '{"database": {"host": "lab"}}');
  assert.equal(resolveConnection({ cwd, env: {} }).kind, 'server');
  rmSync(path.join(above, own));
  plant('datajoint.json', '{"database": {"host": "lab"}}');
  chownSync(cwd, STRANGER, STRANGER);
  assert.equal(resolveConnection({ cwd, env: {} }).kind, 'server');
});
