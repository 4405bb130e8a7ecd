import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { program, temporaryFolder } from './djwProcess';

const root = path.join(__dirname, '../..');
const refusal = /^djw: Node 22\.13 or newer is needed, and this is Node [\d.]+: install a newer one \(https:\/\/nodejs\.org\)\.\n$/;

test('djw says which Node it needs, on a Node that is too old', async (context) => {
  const pretend = (version: string): string =>
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify(version)} } });`;
  for (const [version, isEnough] of [['12.22.9', false], ['20.20.2', false], ['22.12.0', false], ['22.13.0', true], ['24.0.0', true]] as const) {
    const folder = await temporaryFolder(context, { 'old.cjs': pretend(version) });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', './old.cjs', program, '--version'], { cwd: folder.path, encoding: 'utf8' });
    if (isEnough) assert.deepEqual([status, stderr], [0, ''], version);
    else {
      assert.deepEqual([status, stdout], [2, ''], version);
      assert.match(stderr, refusal);
    }
  }
});

test('what looks at the Node is written in JavaScript that an old one reads', async () => {
  const text = readFileSync(program, 'utf8');
  const [old, same] = await Promise.all([transform(text, { target: 'node10' }), transform(text, { target: 'esnext' })]);
  assert.equal(old.code, same.code);
});

test("the machine's own Node runs djw, or is told that it is too old", () => {
  const node = spawnSync('node', ['--version'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(node.stdout) ?? []).map(Number);
  if (node.status !== 0) return;
  const { status, stderr } = spawnSync('node', [program, '--version'], { encoding: 'utf8' });
  if (major > 22 || (major === 22 && minor >= 13)) assert.deepEqual([status, stderr], [0, '']);
  else assert.match(stderr, refusal);
});

test('package.json, README and djw name the same Node', () => {
  const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
  assert.equal(engines.node, '>=22.13');
  assert.match(readFileSync(path.join(root, 'README.md'), 'utf8'), /22\.13 or newer for `djw`/);
});
