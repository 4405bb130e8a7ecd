import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { commitOf, committedText } from '../../../src/extension/source/committed';

test('versions that are commits', () => {
  assert.equal(commitOf('abc1234'), 'abc1234');
  assert.equal(commitOf('0123456789abcdef0123456789abcdef01234567\n'), '0123456789abcdef0123456789abcdef01234567');
  assert.equal(commitOf('v1.2-3-gabc1234'), 'abc1234');
  for (const other of ['', 'v1.2', 'abc1234-dirty', 'v1.2-3-gabc1234-dirty', 'abc123', '--help', 'HEAD', 'abc1234:x']) assert.equal(commitOf(other), null, other);
});

test('the text of a file in a commit', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'djw-git-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]): string => execFileSync('git', ['-C', folder, '-c', 'user.name=Lab', '-c', 'user.email=lab@example.org', ...args], { encoding: 'utf8' }).trim();
  const inside = path.join(folder, 'src');
  mkdirSync(inside);
  const file = path.join(inside, "pipe line's.py");
  git('init', '--quiet');
  writeFileSync(file, 'first\n');
  git('add', '.');
  git('commit', '--quiet', '--no-gpg-sign', '-m', 'first');
  const first = git('rev-parse', '--short', 'HEAD');
  writeFileSync(file, 'second, \u00fc\n');
  git('commit', '--quiet', '--no-gpg-sign', '-am', 'second');
  const second = git('rev-parse', 'HEAD');
  writeFileSync(file, 'third\n');
  assert.equal(await committedText(first, file), 'first\n');
  assert.equal(await committedText(second, file), 'second, \u00fc\n');
  assert.equal(await committedText(first, file), 'first\n', 'asked for again');
  assert.equal(await committedText(`${second}-dirty`, file), null);
  assert.equal(await committedText('0123456789', file), null, 'a commit of another repository');
  assert.equal(await committedText(first, path.join(inside, 'new.py')), null);
  assert.equal(await committedText(first, path.join(folder, 'no such folder/x.py')), null);
  assert.equal(await committedText(first, path.join(tmpdir(), 'x.py')), null, 'no repository');
});
