import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startsServer } from '../../harness/startsServer.mjs';

test('test files that start a server are known by their imports, also those of others', () => {
  assert.equal(startsServer('test/crash/server.test.ts'), true, 'itself');
  assert.equal(startsServer('test/unit/mysql/iterate.test.ts'), true, 'through support.ts');
  assert.equal(startsServer('test/interop/bridgeKeys.test.ts'), true, 'through bridge.ts');
  assert.equal(startsServer('test/integration/engine/embedded.test.ts'), false);
  assert.equal(startsServer('test/e2e/smoke.test.ts'), false);
});
