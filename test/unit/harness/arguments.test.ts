import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../harness/arguments.mjs';
import { servers, usualServers } from '../../harness/servers/catalogue.mjs';

const read = (...args: string[]) => readArguments(args, ['unit', 'crash']);

test('without arguments everything runs, on the usual servers', () => {
  assert.deepEqual(read(), { stages: [], servers: ['mariadb1011', 'mysql97'] });
  assert.deepEqual(read().servers, usualServers);
});

test('stages and servers are chosen by name, in any order', () => {
  assert.deepEqual(read('unit', '--servers', 'mysql80,mariadb118'), { stages: ['unit'], servers: ['mysql80', 'mariadb118'] });
  assert.deepEqual(read('--servers', 'mysql97', '--only', 'unit,crash'), { stages: ['unit', 'crash'], servers: ['mysql97'] });
  assert.deepEqual(read('--servers', 'mysql97,mysql97').servers, ['mysql97']);
});

test('all servers', () => {
  assert.deepEqual(read('--servers', 'all').servers, servers.map(({ name }) => name));
  assert.equal(servers.length, 5);
});

test('each mistake is named', () => {
  assert.throws(() => read('units'), /^Error: No stage is called units: there are unit, crash\.$/);
  assert.throws(() => read('--severs', 'all'), /^Error: There is no option --severs\.$/);
  assert.throws(() => read('--servers'), /^Error: --servers needs names\.$/);
  assert.throws(() => read('--only'), /^Error: --only needs names\.$/);
  assert.throws(() => read('--servers', 'mysql57'), /^Error: No test server is called mysql57: there are mariadb1011, /);
});
