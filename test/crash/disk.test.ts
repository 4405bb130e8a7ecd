/** A disk that is full while workers write to an embedded database on it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as dj from '../../src/engine';
import { assertSound } from './invariant';
import { openLab } from './lab';
import { smallDisk } from './smallDisk';

const KEYS = 200;
const ROOM = 64 * 1024;

for (const layout of ['table', 'schema'] as const) {
  test(`a full disk, ${layout} queue: the worker ends and says so, and nothing is lost or half done`, async () => {
    const disk = await smallDisk();
    const folder = disk?.folder ?? (await mkdtemp(join(tmpdir(), 'djw-disk-')));
    const spec = { kind: 'embedded', file: join(folder, 'embedded.db'), durability: 'normal' } as const;
    const connection = new dj.Connection(await dj.openDatabase(spec));
    try {
      const lab = await openLab({ connection, spec, name: 'disk', layout }, KEYS);
      // Without a disk of its own the file gets a limit, which SQLite reports as it does a full disk.
      const [pages] = await connection.database.all({ sql: 'PRAGMA page_count', values: [] });
      const worker = await lab.worker({ mostPages: disk === null ? Number(pages?.['page_count']) + 2 : null });
      await disk?.fill(ROOM);
      worker.tell('go');
      const { message } = await worker.must('failed');
      await worker.ended;
      assert.match(message, /disk|full/i);
      await disk?.empty();
      const census = await assertSound(lab);
      assert.ok(census.pending > 0, 'the disk was never full');
      await lab.finish();
      const messages = await (lab.jobs ?? lab.tables.Result.jobs).restrict("status = 'error'").fetch('error_message');
      for (const each of messages) assert.match(String(each), /one of those that fail|disk|full/i);
    } finally {
      await connection.close();
      await disk?.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
