import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(__dirname, '../../..');
const read = (name: string): string => readFileSync(path.join(root, 'media/python', name), 'utf8');
const bridge = read('djw_bridge.py');
const site = read('site/sitecustomize.py');

/** Of Python's standard library, what the bridge uses. */
const standard = new Set(
  'base64 builtins datetime decimal faulthandler importlib importlib.util inspect io json logging os signal socket sys threading time traceback uuid _thread'.split(' '),
);

test('the bridge is one file that needs only what Python and datajoint bring', () => {
  const imported = [...bridge.matchAll(/^\s*(?:import|from) ([\w.]+)/gm)].map(([, module = '']) => module);
  assert.ok(imported.length > 10);
  assert.deepEqual(
    imported.filter((module) => !standard.has(module)),
    // deepdiff comes with every datajoint that makes in three parts.
    ['datajoint', 'deepdiff'],
  );
});

test('the bridge is in the package', () => {
  const rules = readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
  assert.ok(rules.includes('!media/**'));
});

test('the bridge keeps to a Python that datajoint 0.14 runs on', () => {
  for (const text of [bridge, site]) {
    assert.doesNotMatch(text, /:=|\bmatch \w+:\n|^\s*except\*/m);
    assert.doesNotMatch(text, /\bf["']/);
  }
});
