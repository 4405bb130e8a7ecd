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

test('a disk that is full at the start is said to be, with as much room as may be left, and nothing is half made', async (context) => {
  const disk = await smallDisk();
  if (disk === null) {
    context.skip('this account may mount no disk of its own');
    return;
  }
  try {
    const file = join(disk.folder, '.datajoint', 'embedded.db');
    const open = async (): Promise<void> => await (await dj.openDatabase({ kind: 'embedded', file, durability: 'full' })).close();
    const isSaid = (error: unknown): boolean => {
      assert.ok(error instanceof dj.DataJointError, String(error));
      assert.match(error.message, /^No space is left for the database .*: free some disk space and try again\.$/);
      return true;
    };
    for (const there of [false, true]) {
      if (there) await open();
      let refused = 0;
      for (let room = 0; room <= 40; room += 2) {
        await disk.fill(room * 4096);
        await open().catch((error: unknown) => {
          refused += 1;
          assert.ok(isSaid(error), `${String(room)} pages`);
        });
        await disk.empty();
      }
      assert.ok(refused > 0, 'the disk was never full');
      await open();
    }
  } finally {
    await disk.remove();
  }
});
