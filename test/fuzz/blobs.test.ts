import { NdArray, pack, Tuple, unpack, Uuid } from '../../src/engine/codecs/blob';
import { readNpy } from '../../src/engine/codecs/stores/npy';
import { fuzz, nearly, refusesOrReads } from './fuzz';

const values: readonly unknown[] = [
  null,
  'text',
  'x'.repeat(3000),
  3,
  -1.5,
  12345678901234567890n,
  new Date(0),
  new Uint8Array([1, 2, 3]),
  new Float64Array([1, 2, 3]),
  [1, [2, ['three', null]]],
  { a: 1, b: { c: [true, false] } },
  new Map([[1, 'one']]),
  new Set(['a', 'b']),
  Tuple.from([1, 2]),
  Uuid.fromBytes(new Uint8Array(16)),
  new NdArray('float64', [2, 3], new Float64Array(6)),
];

const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
const npy = Buffer.concat([Buffer.from('\u0093NUMPY\u0001\u0000', 'latin1'), Buffer.from([header.length + 1, 0]), Buffer.from(`${header}\n`), Buffer.alloc(48)]);

/** A blob in MATLAB's format: what the two formats share. */
const matlab = values.map((value) => Buffer.concat([Buffer.from('mYm\0', 'latin1'), Buffer.from(pack(value)).subarray(4)]));

fuzz('blobs', nearly([...values.map((value) => pack(value)), ...matlab]), 4000, (bytes) => refusesOrReads(() => unpack(bytes, { text: 1 << 20, values: 1 << 20 })));
fuzz('npy files', nearly([npy]), 1000, (bytes) => refusesOrReads(() => readNpy(bytes)));
