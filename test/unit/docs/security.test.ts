import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const root = path.join(__dirname, '../../..');

it('the threat model names files and tests that exist', () => {
  const text = readFileSync(path.join(root, 'docs/security.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('`test/'));
  assert.ok(rows.length >= 15, 'the table has its rows');
  for (const row of rows) {
    const named = [...row.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, file = '']) => file);
    assert.ok(named.some((file) => file.startsWith('test/')), `a test for: ${row}`);
    for (const file of named) assert.ok(existsSync(path.join(root, file)), `${file} of docs/security.md is not there`);
  }
});
