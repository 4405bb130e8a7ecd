import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const readme = path.join(__dirname, '../../../src/engine/README.md');

it('the coverage table names tests that exist', () => {
  const links = [...readFileSync(readme, 'utf8').matchAll(/\[([^\]]+)\]\(([^)]+\.ts)\)/g)];
  assert.ok(links.length > 60, 'the table has its rows');
  for (const [, title = '', link = ''] of links) {
    const source = readFileSync(path.resolve(path.dirname(readme), link), 'utf8').replaceAll("\\'", "'");
    assert.ok(title === path.basename(link) || source.includes(title), `${link} has no test "${title}"`);
  }
});
