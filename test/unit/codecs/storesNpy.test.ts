import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Complex, NdArray, StoredObject } from '../../../src/engine/codecs';
import type { Stores } from '../../../src/engine/database';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'npy-')));
after(() => rmSync(folder, { recursive: true, force: true }));
const stores: Stores = {
  default: 'main',
  named: new Map([['main', { name: 'main', protocol: 'file', location: folder, bucket: null, subfolding: null }]]),
};

async function readBack(bytes: Uint8Array): Promise<NdArray> {
  writeFileSync(join(folder, 'a.npy'), bytes);
  const value = await new StoredObject('npy', { path: 'a.npy', store: 'main' }).read(stores);
  assert.ok(value instanceof NdArray);
  return value;
}

/** A file as numpy.save makes it: the header padded to a multiple of 64. */
function npy(descr: string, shape: string, hex: string, order = 'False', version = 1): Uint8Array {
  const spelled = descr.startsWith('[') ? descr : `'${descr}'`;
  const start = version === 1 ? 10 : 12;
  const text = `{'descr': ${spelled}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = Buffer.from(`${text.padEnd(128 - start - 1)}\n`, 'latin1');
  const length = Buffer.alloc(start - 8);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from([version, 0]),
    length,
    header,
    Buffer.from(hex, 'hex'),
  ]);
}

const floats = {
  rows: '0000000000000000000000000000f03f0000000000000040000000000000084000000000000010400000000000001440',
  columns: '00000000000000000000000000000840000000000000f03f000000000000104000000000000000400000000000001440',
};

/** Descr, shape and data are those of files that numpy 2 saved. */
const files: [name: string, file: Uint8Array, dtype: string, nested: unknown][] = [
  [
    'rows first',
    npy('<f8', '(2, 3)', floats.rows),
    'float64',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
  [
    'columns first',
    npy('<f8', '(2, 3)', floats.columns, 'True'),
    'float64',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
  [
    'version 2',
    npy('<f8', '(2, 3)', floats.rows, 'False', 2),
    'float64',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  ],
  ['big-endian integers', npy('>i4', '(2,)', '00000001fffffffe'), 'int32', [1, -2]],
  ['big-endian complex', npy('>c16', '(1,)', '3ff00000000000004000000000000000'), 'float64', [new Complex(1, 2)]],
  ['half precision', npy('<f2', '(4,)', '003e00b4007c0100'), 'float32', [1.5, -0.25, Infinity, 2 ** -24]],
  ['booleans', npy('|b1', '(2,)', '0100'), 'bool', [true, false]],
  ['dates', npy('<M8[D]', '(1,)', '0450000000000000'), 'datetime64[D]', [20_484n]],
  ['no dimension', npy('<u8', '()', '0700000000000000'), 'uint64', 7n],
  ['no elements', npy('<i2', '(0, 3)', ''), 'int16', []],
];

const refused: [name: string, file: Uint8Array, code: string, message: RegExp][] = [
  [
    'text',
    npy('<U2', '(1,)', '6100000062000000'),
    'not_allowed',
    /a\.npy: this \.npy file holds elements of numpy's type <U2, which cannot be read here/,
  ],
  ['records', npy("[('a', '<i4'), ('b', '<f8')]", '(1,)', '010000000000000000000040'), 'not_allowed', /type \[\('a'/],
  ['durations', npy('<m8[s]', '(1,)', '0100000000000000'), 'not_allowed', /type <m8\[s\]/],
  ['a date without unit', npy('<M8', '(1,)', '0100000000000000'), 'not_allowed', /type <M8/],
  ['too few bytes', npy('<f8', '(2, 3)', '00'), 'corrupt', /promises 6 elements of 8 bytes, but 1 bytes follow/],
  ['too many bytes', npy('|i1', '(1,)', '0000'), 'corrupt', /promises 1 elements/],
  ['a broken header', npy('<f8', '[2]', ''), 'corrupt', /its header cannot be read/],
  ['half a header', npy('<f8', '(2, 3)', floats.rows).subarray(0, 40), 'corrupt', /its header cannot be read/],
  ['something else', Buffer.from('not numpy at all'), 'corrupt', /does not begin as one/],
  ['nothing', new Uint8Array(), 'corrupt', /does not begin as one/],
];

describe('arrays of <npy@>', () => {
  for (const [name, file, dtype, nested] of files) {
    it(`are read: ${name}`, async () => {
      const array = await readBack(file);
      assert.equal(array.dtype, dtype);
      assert.deepEqual(array.toNested(), nested);
    });
  }
  for (const [name, file, code, message] of refused) {
    it(`are refused: ${name}`, async () => {
      await assert.rejects(readBack(file), { code, message });
    });
  }
});
