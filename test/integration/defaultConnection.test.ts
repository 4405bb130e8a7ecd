import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as dj from '../../src/engine';

test('the default connection: opened, used by schemas and transactions, closed and opened again', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'default-connection-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, '.datajoint', 'embedded.db');
  const opened = await dj.connect({ kind: 'embedded', file, durability: 'full' });
  assert.equal(await dj.connection(), opened);
  assert.ok(existsSync(path.join(folder, '.datajoint', '.gitignore')), 'data stay out of git');

  class Mouse extends dj.Manual {
    static override readonly definition = 'mouse : int32';
  }
  dj.schema('colony')(Mouse);
  await Mouse.insert1({ mouse: 1 });
  await dj.transaction(async () => {
    await Mouse.insert1({ mouse: 2 });
    await Mouse.insert1({ mouse: 3 });
  });
  const undone = dj.transaction(async () => {
    await Mouse.insert1({ mouse: 4 });
    throw new Error('changed my mind');
  });
  await assert.rejects(undone, /changed my mind/);
  assert.equal(await Mouse.count(), 3);

  await dj.disconnect();
  await dj.connect({ kind: 'embedded', file, durability: 'full' });
  context.after(() => dj.disconnect());
  assert.equal(await Mouse.count(), 3);
  assert.equal(await (await dj.freeTable('colony.Mouse')).count(), 3);
});
