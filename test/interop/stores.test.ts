import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { startServer, type TestServer } from '../harness/server';
import { python014, python23, runPython } from './python';

// Needs DJW_PYTHON_23 and DJW_PYTHON_014.
const skip = python23.absent === false ? python014.absent : python23.absent;

describe('object stores of files, written by datajoint-python', { skip }, () => {
  let server: TestServer;
  let folder: string;
  let kept: dj.Row;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'interop-stores-')));
    server = await startServer();
    const { host, port, user, password } = server;
    await dj.connect({ kind: 'server', host, port, user, password, tls: false });
  });

  after(async () => {
    await dj.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function fetchFrom(address: string, stores: object): Promise<dj.Row> {
    dj.config.stores = dj.loadSettings({ cwd: folder, env: { DJ_STORES: JSON.stringify(stores) } }).stores;
    return await (await dj.freeTable(address)).fetch1();
  }

  function stored(name: string): dj.StoredObject {
    const value = kept[name];
    assert.ok(value instanceof dj.StoredObject, name);
    return value;
  }

  const at = (name: string) => ({ protocol: 'file', location: join(folder, name) });

  describe('2.3', () => {
    before(async () => {
      await runPython(python23, 'stores_new.py', server, { folder });
      const stores = { default: 'main', main: at('main'), folded: { ...at('folded'), subfolding: [2, 3] } };
      kept = await fetchFrom('stores_new.Kept', stores);
    });

    it('shows what is stored and where, and null where nothing is', async () => {
      const { codec, store, size, path } = stored('packed_folded');
      assert.deepEqual([codec, store], ['blob', 'folded']);
      assert.match(path ?? '', /^_hash\/stores_new\/\w{2}\/\w{3}\/\w{26}$/);
      const file = await stored('packed_folded').localPath();
      assert.equal((await readFile(file)).length, size);
      assert.equal(stored('packed').store, 'main');
      assert.equal(kept['nothing'], null);
      assert.match(String(stored('own_file')), /^<filepath@main> raw\/rec 1\.dat \(8 bytes\)$/);
    });

    it('reads packed values, attachments and bytes', async () => {
      const array = dj.NdArray.fromRowMajor([2, 3], Float64Array.of(0, 1, 2, 3, 4, 5));
      assert.deepEqual(await stored('packed').read(), { name: 'größe', values: [1, 2.5, null], array });
      assert.deepEqual(await stored('packed_folded').read(), new Float64Array(5000));
      assert.deepEqual(
        await stored('hashed').read(),
        Uint8Array.from({ length: 256 }, (_, index) => index),
      );
      const attached = await stored('attached').read();
      assert.ok(attached instanceof dj.Attachment);
      assert.deepEqual([attached.name, Buffer.from(attached.content).toString()], ['notes.txt', 'attached text']);
    });

    it('reads objects, files and arrays; a folder has a place', async () => {
      assert.equal(Buffer.from((await stored('file_object').read()) as Uint8Array).toString(), 'raw object');
      assert.equal(Buffer.from((await stored('own_file').read()) as Uint8Array).toString(), 'recorded');
      const matrix = await stored('matrix').read();
      assert.deepEqual(matrix, dj.NdArray.fromRowMajor([2, 3], Int32Array.of(0, 1, 2, 3, 4, 5)));
      const complex = await stored('complex_fortran').read();
      assert.ok(complex instanceof dj.NdArray);
      const [one, two, three, four] = [
        [1, 2],
        [3, 0],
        [4, 0],
        [0, 5],
      ].map(([re = 0, im = 0]) => new dj.Complex(re, im));
      assert.deepEqual(complex.toNested(), [
        [one, two],
        [three, four],
      ]);
      await assert.rejects(stored('folder_object').read(), /is a folder: open its files there/);
      const names = await readdir(await stored('folder_object').localPath(), { recursive: true });
      assert.deepEqual(names.sort(), ['a.bin', 'deep', join('deep', 'b.bin')]);
    });

    it('says when the content was changed or is gone', async () => {
      const file = await stored('hashed').localPath();
      await chmod(file, 0o644);
      await writeFile(file, 'changed');
      await assert.rejects(stored('hashed').read(), { code: 'corrupt', message: /is not what was stored/ });
      await rm(file);
      await assert.rejects(stored('hashed').read(), { code: 'corrupt', message: /is gone/ });
    });

    it('is not written: the row stays out', async () => {
      class Wanted extends dj.Manual {
        static override readonly definition = `
          wanted_id : int32
          ---
          packed : <blob@main>
        `;
      }
      dj.schema('stores_own')(Wanted);
      await assert.rejects(Wanted.insert1({ wanted_id: 1, packed: [1] }), {
        code: 'invalid_value',
        message: /belongs into an object store/,
      });
      await assert.rejects(Wanted.insert1({ wanted_id: 1, packed: stored('packed') }), { code: 'invalid_value' });
      assert.equal(await Wanted.count(), 0);
    });
  });

  describe('0.14', () => {
    before(async () => {
      await runPython(python014, 'stores_old.py', server, { folder });
      kept = await fetchFrom('stores_old.Kept', { raw: at('raw'), files: at('files') });
    });

    it('shows kind, store and hash', () => {
      const { codec, store, hash, path } = stored('packed');
      assert.deepEqual([codec, store, path], ['blob', 'raw', null]);
      assert.match(hash ?? '', /^[\da-f]{32}$/);
      assert.equal(kept['nothing'], null);
    });

    it('is the table that its definition describes, which can be declared nowhere else', async () => {
      const definition = 'kept_id : int\n---\npacked : blob@raw  # with a comment\nattached : attach@raw\nown_file : filepath@files\nnothing = null : blob@raw';
      const keptAs = (schema: string, text: string) => {
        class Kept extends dj.Manual {
          static override readonly definition = text;
        }
        dj.schema(schema)(Kept);
        return Kept;
      };
      const described = await keptAs('stores_old', definition).describe();
      assert.doesNotMatch(described, /->|~external/);
      assert.equal(await keptAs('stores_old', described).count(), 1);
      await assert.rejects(keptAs('stores_elsewhere', described).count(), {
        code: 'definition',
        message: 'Kept: "packed" of type blob@raw can only be in a table that an earlier datajoint-python declared, and Kept does not exist. Write <blob@store>, <attach@store> or <filepath@store>.',
      });
    });

    it('reads packed values, attachments and files', async () => {
      const array = dj.NdArray.fromRowMajor([2, 3], Float64Array.of(0, 1, 2, 3, 4, 5));
      assert.deepEqual(await stored('packed').read(), { name: 'größe', array });
      const attached = await stored('attached').read();
      assert.ok(attached instanceof dj.Attachment);
      assert.deepEqual([attached.name, Buffer.from(attached.content).toString()], ['notes.txt', 'attached text']);
      assert.equal(Buffer.from((await stored('own_file').read()) as Uint8Array).toString(), 'recorded');
      assert.equal(await stored('own_file').localPath(), join(folder, 'files', 'session 1', 'rec.dat'));
    });

    it('says when the content was changed or is gone', async () => {
      const file = await stored('packed').localPath();
      await writeFile(file, 'changed');
      await assert.rejects(stored('packed').read(), { code: 'corrupt', message: /is not what was stored/ });
      await rm(file);
      await assert.rejects(stored('packed').read(), { code: 'corrupt', message: /is gone/ });
    });
  });
});
