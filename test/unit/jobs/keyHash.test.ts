import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnType } from '../../../src/engine/database';
import { keyHash } from '../../../src/engine/jobs/keyHash';

/** Recorded from `datajoint.hash.key_hash` of datajoint-python 0.14.9, with the values as pymysql reads such columns. */
const cases: readonly (readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, ColumnType>>, string])[] = [
  [{ id: 2 }, {}, 'c81e728d9d4c2f636f067f89cc14862c'],
  [{ b: 1, a: 'x' }, {}, '6dbf9ac2da09ee1d3debf5a51873ec6d'],
  [{ a: 'é\'"\\ 猫 🐭' }, {}, '762dcaf952e253a2aca932fe8ef9b4ac'],
  [{ a: null }, {}, '6adf97f83acf6453d4a6a4b1070f3754'],
  [{ a: true, b: false }, {}, '96716fafb4ae5c422c036f8aae070cf6'],
  [{ a: true }, { a: { kind: 'bool' } }, 'c4ca4238a0b923820dcc509a6f75849b'],
  [{ a: 9223372036854775807n, b: -9223372036854775808n }, {}, 'b2700d30807171deb0fcc8d3e035548d'],
  [{ a: 2 }, { a: { kind: 'float', bits: 64 } }, 'd1bd83a33f1a841ab7fda32449746cc4'],
  [{ a: 2.5 }, {}, '8221435bcce913b5c2dc22eaf6cb6590'],
  [{ a: Math.fround(0.1) }, { a: { kind: 'float', bits: 32 } }, 'cb5ae17636e975f9bf71ddf5bc542075'],
  [{ a: 0.1 }, {}, 'cb5ae17636e975f9bf71ddf5bc542075'],
  [{ a: 1e16, b: 1e22, c: -1.5e-7, d: 0.0001, e: 0.00001, f: 123456789012345.6, g: -0, h: 1e15 }, { a: { kind: 'float', bits: 64 }, b: { kind: 'float', bits: 64 }, c: { kind: 'float', bits: 64 }, d: { kind: 'float', bits: 64 }, e: { kind: 'float', bits: 64 }, f: { kind: 'float', bits: 64 }, g: { kind: 'float', bits: 64 }, h: { kind: 'float', bits: 64 } }, '44274f240389857d9649cf7a42a766d9'],
  [{ a: '2024-02-29' }, { a: { kind: 'date' } }, 'd8ee23aa5ffa8f08568918e00a31d3ff'],
  [{ a: '2024-02-29 01:02:03' }, { a: { kind: 'datetime', precision: 0 } }, '98584ca58207c4e3c0becbc4390f4da1'],
  [{ a: '2024-02-29 01:02:03.120' }, { a: { kind: 'datetime', precision: 3 } }, '10ff5b309cddc6da8d4646699da31153'],
  [{ a: '2024-02-29 01:02:03.000000' }, { a: { kind: 'timestamp', precision: 6 } }, '98584ca58207c4e3c0becbc4390f4da1'],
  [{ a: new Date('2024-02-29T01:02:03.004Z') }, {}, '2b3d128fee885de4b663956a6e255090'],
  [{ a: '01:02:03' }, { a: { kind: 'time', precision: 0 } }, 'de3fb20c7cdb760b625a137d85910bf9'],
  [{ a: '25:00:00' }, { a: { kind: 'time', precision: 0 } }, '39b7f0455f4eee350e67147731e3d4d5'],
  [{ a: '-01:00:00' }, { a: { kind: 'time', precision: 0 } }, 'a03dca7b6aab772e232113a8c2b38596'],
  [{ a: '50:00:00.001500' }, { a: { kind: 'time', precision: 6 } }, 'e5396d440e1f583a7a6b7f4170fbd1e5'],
  [{ a: '1.50', b: '-0.00000001', c: '0.000', d: '0.0000012', e: '0.00000120' }, { a: { kind: 'decimal', precision: 12, scale: 8 }, b: { kind: 'decimal', precision: 12, scale: 8 }, c: { kind: 'decimal', precision: 12, scale: 8 }, d: { kind: 'decimal', precision: 12, scale: 8 }, e: { kind: 'decimal', precision: 12, scale: 8 } }, '031a50ee2a188c5cd289891a9dd7d63b'],
  [{ a: '0.0000000000' }, { a: { kind: 'decimal', precision: 12, scale: 10 } }, '2dafb78664f50cd5e57448fc0e1d1016'],
  [{ a: '6c5e4d9e-1c2f-4b3a-8f00-000000000001' }, { a: { kind: 'uuid' } }, '61aa2b8764d6a1bfdc842aad278cbe50'],
  [{ a: Uint8Array.of(0, 97, 39, 92, 10, 255) }, {}, 'b8792acd5052e6ee1adb9eb67ec4f273'],
  [{ a: 2, B: 1, _c: 3 }, {}, '65ded5353c5ee48d0b7d48c591b8f430'],
  [{}, {}, 'd41d8cd98f00b204e9800998ecf8427e'],
];

for (const [key, columns, hash] of cases) {
  test(`the hash of ${Object.entries(key).map(([name, value]) => `${name} = ${String(value)}`).join(', ') || 'nothing'} is datajoint-python's`, () => {
    assert.equal(keyHash(key, columns), hash);
  });
}
