import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import {
  Attachment,
  decodeValue,
  formatValue,
  pack,
  registerCodec,
  setStores,
  StoredObject,
} from '../../../src/engine/codecs';
import type { Attribute, SqlValue, StoreSpec, Stores } from '../../../src/engine/database';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stores-')));
after(() => rmSync(folder, { recursive: true, force: true }));

function keep(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const main: StoreSpec = { name: 'main', protocol: 'file', location: folder, bucket: null, subfolding: null };
const storesWith = (...specs: StoreSpec[]): Stores => ({
  default: specs[0]?.name ?? null,
  named: new Map(specs.map((spec) => [spec.name, spec])),
});

const plain = {
  name: 'a',
  inKey: false,
  nullable: true,
  autoIncrement: false,
  default: null,
  comment: '',
  lineage: null,
};

/** A column of 2.x: the type in angle brackets, metadata as JSON. */
function fetched(type: string, metadata: unknown): StoredObject {
  const attribute: Attribute = {
    ...plain,
    declaredType: type,
    codec: /\w+/.exec(type)?.[0] ?? null,
    column: { kind: 'json' },
  };
  return storedIn(attribute, JSON.stringify(metadata));
}

/** A column of an older program, as it is read from a server. */
function fetchedOld(mark: string, raw: SqlValue): unknown {
  const sql = raw instanceof Uint8Array ? 'binary(16)' : 'char(51)';
  const attribute: Attribute = { ...plain, declaredType: mark, codec: null, column: { kind: 'native', sql } };
  return decodeValue(attribute, raw);
}

function storedIn(attribute: Attribute, raw: SqlValue): StoredObject {
  const value = decodeValue(attribute, raw);
  assert.ok(value instanceof StoredObject);
  return value;
}

function asStored(value: unknown): StoredObject {
  assert.ok(value instanceof StoredObject);
  return value;
}

const md5 = (...parts: (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();

/** `datajoint.hash_registry.compute_hash(b'hello')`, datajoint-python 2.3.2. */
const helloHash = 'lvauakv4jmvhnolrtwiraf6fsi';

describe('a value in an object store', () => {
  it('shows what is stored and where, for programs and for people', () => {
    const metadata = { hash: helloHash, path: `_hash/lab/${helloHash}`, schema: 'lab', store: 'main', size: 5 };
    const value = fetched('<blob@main>', metadata);
    const { codec, store, path, hash, size } = value;
    assert.deepEqual(
      { codec, store, path, hash, size },
      { codec: 'blob', store: 'main', path: metadata.path, hash: helloHash, size: 5 },
    );
    assert.deepEqual(value.metadata, metadata);
    assert.equal(String(value), `<blob@main> _hash/lab/${helloHash} (5 bytes)`);
    assert.equal(formatValue(value), JSON.stringify({ codec, store, path, hash, size }));
  });

  it('shows whatever else the metadata are', () => {
    for (const metadata of [{}, [], 'text', 3]) {
      const value = fetched('<object@>', metadata);
      assert.deepEqual(value.metadata, metadata);
      assert.equal(String(value), '<object@> nowhere');
    }
  });

  it("is read through all its codecs, also those of one's own", async () => {
    keep('x/packed', pack({ nodes: [1, 2] }));
    registerCodec({
      name: 'test_stored_graph',
      storedAs: () => '<blob@main>',
      encode: (value) => value,
      decode: (value) => new Set((value as { nodes: number[] }).nodes),
    });
    const value = fetched('<test_stored_graph>', { path: 'x/packed', store: 'main' });
    assert.equal(value.codec, 'test_stored_graph');
    assert.deepEqual(await value.read(storesWith(main)), new Set([1, 2]));
  });

  it('is checked by its hash', async () => {
    keep('x/hello', 'hello');
    const value = fetched('<hash@>', { hash: helloHash, path: 'x/hello', store: null });
    assert.equal(Buffer.from((await value.read(storesWith(main))) as Uint8Array).toString(), 'hello');
    keep('x/hello', 'hellO');
    await assert.rejects(value.read(storesWith(main)), { code: 'corrupt', message: /x\/hello is not what was stored/ });
  });

  it('names the file when its content cannot be decoded', async () => {
    keep('x/junk', 'junk');
    const error = { code: 'corrupt', message: /x\/junk: .*begin.*\.$/ };
    await assert.rejects(fetched('<blob@main>', { path: 'x/junk', store: 'main' }).read(storesWith(main)), error);
  });
});

describe('the store of a value', () => {
  afterEach(() => setStores(() => storesWith()));

  it('is that of the process, asked for on each read', async () => {
    keep('y/own', 'own');
    const value = fetched('<object@>', { path: 'y/own', store: null });
    await assert.rejects(value.read(), {
      code: 'usage',
      message: /^No default object store is set: add stores\.default/,
    });
    setStores(() => storesWith(main));
    assert.deepEqual(await value.read(), new Uint8Array(Buffer.from('own')));
  });

  const object = (store: string | null, path = 'y/own') => fetched('<object@>', { path, store });
  const cases: [name: string, value: StoredObject, stores: Stores, code: string, message: RegExp][] = [
    [
      'unknown',
      object('cold'),
      storesWith(main),
      'usage',
      /^The object store "cold" is not in the settings: add stores\.cold/,
    ],
    [
      'without protocol',
      object(null),
      storesWith({ ...main, protocol: null }),
      'usage',
      /has no protocol: set stores\.main\.protocol/,
    ],
    [
      'without location',
      object(null),
      storesWith({ ...main, location: null }),
      'usage',
      /has no location: set stores\.main\.location/,
    ],
    [
      'in the cloud',
      object(null),
      storesWith({ ...main, protocol: 's3', location: 'p', bucket: 'b' }),
      'not_allowed',
      /"main" is s3:\/\/b\/p, and only stores of the protocol "file"/,
    ],
    [
      'not mounted',
      object(null),
      storesWith({ ...main, location: join(folder, 'none') }),
      'access',
      /none of the object store "main" is not there: mount it/,
    ],
    ['without the file', object(null, 'y/gone'), storesWith(main), 'corrupt', /y\/gone is gone/],
    ['with a folder', object(null, 'y'), storesWith(main), 'not_allowed', /y is a folder: open its files there/],
    [
      'left by a path upward',
      object(null, '../../etc/passwd'),
      storesWith(main),
      'corrupt',
      /leads out of the object store "main"/,
    ],
    ['left by a hidden path upward', object(null, 'y/../../x'), storesWith(main), 'corrupt', /leads out of/],
    ['left by an absolute path', object(null, '/etc/passwd'), storesWith(main), 'corrupt', /leads out of/],
    [
      'without a path',
      fetched('<object@>', { store: 'main' }),
      storesWith(main),
      'corrupt',
      /holds no path for this value/,
    ],
  ];
  for (const [name, value, stores, code, message] of cases) {
    it(`gets one sentence: ${name}`, async () => {
      keep('y/own', 'own');
      await assert.rejects(value.read(stores), { name: 'DataJointError', code, message });
    });
  }

  it('may be left by no path, but an absolute path may lead into it', async () => {
    keep('y/..own', 'dots');
    assert.equal(await object(null, 'y/..own').localPath(storesWith(main)), join(folder, 'y/..own'));
    assert.equal(await object(null, join(folder, 'y/..own')).localPath(storesWith(main)), join(folder, 'y/..own'));
  });
});

describe('values of older programs', () => {
  const raw: Stores = storesWith({ ...main, name: 'raw', location: join(folder, 'raw') });

  it('of 0.14 lie under their hash, in the folder of whatever schema', async () => {
    const content = pack([1, 'two']);
    const hash = md5(content);
    const hex = hash.toString('hex');
    keep('raw/README', 'a file among the schemas');
    keep('raw/other/aa/bb/file', 'x');
    keep(`raw/lab/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`, content);
    const value = asStored(fetchedOld('blob@raw', new Uint8Array(hash)));
    assert.equal(String(value), `<blob@raw> ${hex}`);
    assert.deepEqual(await value.read(raw), [1, 'two']);
  });

  it('lie in folders as the store cuts them', async () => {
    const content = pack('folded');
    const hex = md5(content).toString('hex');
    keep(`raw/lab/${hex.slice(0, 3)}/${hex}`, content);
    const folded = storesWith({ ...main, name: 'raw', location: join(folder, 'raw'), subfolding: [3] });
    assert.equal(await asStored(fetchedOld('blob@raw', new Uint8Array(md5(content)))).read(folded), 'folded');
  });

  it('of 0.14 keep the name of an attachment behind the hash', async () => {
    const hash = md5('my.notes.txt\0', 'text');
    const hex = hash.toString('hex');
    keep(`raw/lab/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}.my.notes.txt`, 'text');
    const value = asStored(fetchedOld('attach@raw', new Uint8Array(hash)));
    assert.deepEqual(await value.read(raw), new Attachment('my.notes.txt', new Uint8Array(Buffer.from('text'))));
  });

  it('of 0.14 may be files anywhere in the store', async () => {
    keep('raw/session 1/deep/rec.dat', 'recorded');
    const value = asStored(fetchedOld('filepath@raw', new Uint8Array(md5('session 1/deep/rec.dat'))));
    assert.equal(await value.localPath(raw), join(folder, 'raw/session 1/deep/rec.dat'));
    const gone = asStored(fetchedOld('filepath@raw', new Uint8Array(md5('session 1/none.dat'))));
    await assert.rejects(gone.read(raw), { code: 'corrupt', message: /is gone/ });
  });

  it('until 0.11 carry the store in the hash', async () => {
    const hash = `${'aB-_'.repeat(10)}xyz`;
    keep(`raw/lab/ab/-_/${hash}raw`, pack('old'));
    const value = asStored(fetchedOld('external-raw', `${hash}raw`));
    assert.deepEqual([value.store, value.hash], ['raw', `${hash}raw`]);
    assert.equal(await value.read(raw), 'old');
    assert.equal(asStored(fetchedOld('external', hash)).store, 'external');
  });

  it('stay what they are when the column is no such one', () => {
    const bytes = new Uint8Array(16);
    assert.equal(fetchedOld('graph', bytes), bytes);
    assert.equal(fetchedOld('blob@raw', 'text'), 'text');
    assert.deepEqual(fetchedOld('blob@raw', new Uint8Array(3)), new Uint8Array(3));
  });
});
