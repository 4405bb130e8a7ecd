import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { inspect } from 'node:util';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused } from './describeEngine';

/** Values that must come back as they went in, by type. */
const exact: [type: string, values: unknown[]][] = [
  ['int8', [-128, 127, 0]],
  ['int16', [-32768, 32767]],
  ['int32', [-2147483648, 2147483647]],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n, 0n, 2n ** 53n + 1n, -(2n ** 53n) - 1n]],
  ['tinyint unsigned', [0, 255]],
  ['int unsigned', [4294967295]],
  ['float32', [0, 0.5, -1.5, Math.fround(0.1), Math.fround(3.4e38), Math.fround(1e-38)]],
  ['float64', [0.1, 1e308, -1e-300, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53, 1 / 3]],
  ['decimal(10,2)', ['0.00', '-0.01', '99999999.99', '-99999999.99', '12.50']],
  ['decimal(30,10)', ['12345678901234567890.0123456789', '-0.0000000001', '99999999999999999999.9999999999']],
  ['decimal(20,0)', ['18446744073709551615', '-1']],
  ['decimal(5,2) unsigned', ['0.00', '999.99', '12.50']],
  ['dec(5,2) zerofill', ['0.00', '999.99', '12.50']],
  ['fixed(20)', ['18446744073709551615', '-1']],
  ['bool', [true, false]],
  ['char(4)', ['', 'ab', 'añ😀b']],
  ['varchar(40)', ['', ' ', ' lead and trail ', "'", '"', '`', '\\', "it's; DROP TABLE x; --", '%_?', 'ß𝄞😀👩‍👩‍👧', 'a\nb\tc\r', 'нет', '\u0000', 'null', '日本語']],
  ['text', ['x'.repeat(60_000), '']],
  ['longtext', ['x'.repeat(100_000), '']],
  ["enum('a','b c','d''e','ü')", ['a', 'b c', "d'e", 'ü']],
  ['date', ['0001-01-01', '1970-01-01', '2024-02-29', '9999-12-31']],
  ['datetime', ['1970-01-01 00:00:00', '2024-02-29 23:59:59', '0001-01-01 00:00:00', '9999-12-31 23:59:59']],
  ['datetime(3)', ['2026-01-31 14:05:00.007']],
  ['datetime(6)', ['2026-01-31 14:05:00.000001', '1900-01-01 00:00:00.999999']],
  ['time', ['00:00:00', '23:59:59', '-838:59:59']],
  ['uuid', ['00000000-0000-0000-0000-000000000000', '123e4567-e89b-12d3-a456-426614174000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
  ['json', [{}, [], 'text', 1.5, true, { 'a "b"': [1, { c: null }], 'ключ': '😀' }]],
  ['bytes', [new Uint8Array(), Uint8Array.from([0, 255, 39, 0]), new Uint8Array(1_048_576).map((_, i) => i % 251)]],
  ['blob', [new Uint8Array(), Uint8Array.from([0, 255, 39, 0])]],
  [
    '<blob>',
    [
      0, 1.5, -7, 'text', '', true, [], {}, [1, 'two', [3]], { a: { b: [1, 2] } }, 2n ** 62n, 'x'.repeat(1_048_576),
      new Float64Array([1, NaN, Infinity, -Infinity, -0]), new Float32Array([0.5]), new Int8Array([-1]), new Int16Array([-300]),
      new Uint16Array([65535]), new Int32Array([-1]), new Uint32Array([4294967295]), new BigInt64Array([-(2n ** 63n)]),
      new Float64Array(131_072).map((_, i) => Math.sin(i)), Uint8Array.from([1, 2]), NaN, Infinity,
    ],
  ],
];

export const values = describeEngine('values', (engine) => {
  for (const [type, list] of exact) {
    it(`keeps every ${type}`, async () => {
      const One = manual(engine.schema(), 'Held', `k : int32\n---\nv = null : ${type}`);
      await One.insert([...list.map((v, k) => ({ k, v })), { k: list.length, v: null }]);
      const fetched = await One.fetch('v', { orderBy: 'k' });
      list.forEach((value, i) => {
        assert.deepEqual(fetched[i], value, `value ${i} of ${type}`);
      });
      assert.equal(fetched[list.length], null);
    });
  }

  const keyTypes = exact.filter(([type]) => !/^(json|bytes|text|longtext|blob|<blob>|float)/.test(type));
  for (const [type, list] of keyTypes) {
    it(`finds a row by its ${type}, as key, as restriction and as reference`, async () => {
      const schema = engine.schema();
      const One = manual(schema, 'Keyed', `v : ${type}\n---\nn : int32`);
      const Child = manual(schema, 'Child', '-> Keyed');
      const distinct = list.filter((value) => value !== '\u0000');
      await One.insert(distinct.map((v, n) => ({ v, n })));
      await Child.insert(await One.keys());
      for (const [n, v] of distinct.entries()) {
        assert.equal(await One.restrict({ v }).fetch1('n'), n, `restriction by ${String(v)}`);
        assert.deepEqual(await Child.restrict({ v }).fetch1('v'), v);
        const [key] = await One.restrict({ n }).keys();
        assert.deepEqual(key, { v });
        assert.equal(await One.restrict(key ?? {}).count(), 1);
      }
      assert.equal(await One.restrict(Child).count(), distinct.length);
      assert.equal(await Child.join(One).count(), distinct.length);
      assert.equal(await One.exclude(Child).count(), 0);
    });
  }

  it('keeps n-dimensional arrays in a blob', async () => {
    const One = manual(engine.schema(), 'Arrays', 'k : int32\n---\nv : <blob>');
    const array = dj.NdArray.fromRowMajor([2, 3], new Float64Array([1, 2, 3, 4, 5, 6]));
    await One.insert1({ k: 0, v: array });
    const fetched = await One.fetch1('v');
    assert.ok(fetched instanceof dj.NdArray);
    assert.deepEqual(fetched.toNested(), [[1, 2, 3], [4, 5, 6]]);
  });

  it('keeps an attached file', async () => {
    const One = manual(engine.schema(), 'Files', 'k : int32\n---\nfile : <attach>');
    const path = join(tmpdir(), `attached ${process.pid}.bin`);
    await writeFile(path, Uint8Array.from([1, 2, 3]));
    await One.insert1({ k: 0, file: path });
    const file = (await One.fetch1('file')) as { name: string; content: Uint8Array };
    assert.equal(file.name, `attached ${process.pid}.bin`);
    assert.deepEqual([...file.content], [1, 2, 3]);
  });

  const accepted: [type: string, given: unknown, back: unknown][] = [
    ['int32', 5n, 5],
    ['int64', 5, 5n],
    ['float64', 2n, 2],
    ['float32', 0.1, Math.fround(0.1)],
    ['decimal(6,2)', 1.005, '1.01'],
    ['decimal(6,2)', 7, '7.00'],
    ['decimal(6,2)', 7n, '7.00'],
    ['decimal(6,2)', '1e2', '100.00'],
    ['decimal(30,2)', 12n, '12.00'],
    ['bool', 1, true],
    ['bool', 0, false],
    ['date', new Date('2026-01-31T23:00:00Z'), '2026-01-31'],
    ['datetime', new Date('2026-01-31T23:00:01.600Z'), '2026-01-31 23:00:02'],
    ['datetime', '2026-01-31T23:00:01Z', '2026-01-31 23:00:01'],
    ['datetime', '2026-01-31 23:00:01+02:00', '2026-01-31 21:00:01'],
    ['datetime', '2026-01-31', '2026-01-31 00:00:00'],
    ['datetime(3)', new Date('2026-01-31T23:00:01.6Z'), '2026-01-31 23:00:01.600'],
    ['uuid', '123E4567E89B12D3A456426614174000', '123e4567-e89b-12d3-a456-426614174000'],
    ['char(4)', 'a  ', 'a'],
    ['<blob>', new Map([['a', 1]]), { a: 1 }],
  ];
  it('compares and sorts decimals by their value, however many digits they have', async () => {
    const Price = manual(engine.schema(), 'Price', 'k : int32\n---\nshort : decimal(6,2)\nlong : decimal(30,10)');
    await Price.insert([[1, '9.5', '9.5'], [2, '10', '10'], [3, '-20', '-20'], [4, '100', '100']]);
    for (const name of ['short', 'long']) {
      assert.deepEqual(await Price.restrict(`${name} > 9.75`).fetch('k', { orderBy: 'k' }), [2, 4]);
      assert.deepEqual(await Price.fetch('k', { orderBy: name }), [3, 1, 2, 4]);
      assert.deepEqual(await Price.proj({ more: `${name} + 1` }).restrict('more < 0').fetch('k'), [3]);
    }
  });

  it('accepts the usual other ways to write a value', async () => {
    for (const [type, given, back] of accepted) {
      const One = manual(engine.schema(), 'Accepted', `k : int32\n---\nv : ${type}`);
      await One.insert1({ k: 0, v: given });
      const fetched = await One.fetch1('v');
      if (type !== '<blob>') assert.deepEqual(fetched, back, `${String(given)} as ${type}`);
      else assert.ok(fetched instanceof Map || typeof fetched === 'object');
    }
  });

  /** `finds`: what a restriction by the value does, where it is not refused as well. */
  const refusals: [type: string, value: unknown, says: string, finds?: 'nothing'][] = [
    ['int8', 128, '128', 'nothing'],
    ['int8', 1.5, '1.5', 'nothing'],
    ['int8', '5', 'whole number', 'nothing'],
    ['int32', 2 ** 31, '2147483648', 'nothing'],
    ['int64', 2n ** 63n, '9223372036854775808', 'nothing'],
    ['int64', 2 ** 60, 'bigint', 'nothing'],
    ['tinyint unsigned', -1, '-1', 'nothing'],
    ['float64', NaN, 'NaN'],
    ['float64', Infinity, 'Infinity'],
    ['float64', '1', 'number', 'nothing'],
    ['float32', 1e39, 'float32', 'nothing'],
    ['decimal(4,2)', 100, 'digits', 'nothing'],
    ['decimal(4,2)', 'abc', 'abc'],
    ['decimal(4,2)', NaN, 'NaN'],
    ['decimal(4,2) unsigned', '-0.01', 'below 0', 'nothing'],
    ['blob', { a: 1 }, '<blob>'],
    ['bool', 2, '2', 'nothing'],
    ['bool', 'true', 'true'],
    ['char(2)', 'abc', 'char(2)', 'nothing'],
    ['varchar(3)', 'abcd', '4 characters', 'nothing'],
    ['varchar(3)', 5, 'string'],
    ['varchar(3)', '\ud800', 'surrogate'],
    ["enum('a','b')", 'c', '"a", "b"', 'nothing'],
    ['date', '2026-02-30', 'calendar'],
    ['date', '31.01.2026', 'date'],
    ['datetime', 'yesterday', 'datetime'],
    ['datetime', new Date(NaN), 'Date'],
    ['uuid', 'not-a-uuid', 'UUID'],
    ['json', { a: NaN }, 'JSON'],
    ['json', { a: 5n }, 'bigint'],
    ['bytes', 'text', 'Uint8Array'],
    ['<blob>', () => 0, 'function'],
    ['<attach>', '/no/such/file', '/no/such/file'],
  ];
  for (const [type, value, says, finds] of refusals) {
    it(`refuses ${inspect(value)} as ${type}`, async () => {
      const One = manual(engine.schema(), 'Refusing', `k : int32\n---\nv : ${type}`);
      await refused('invalid_value', () => One.insert1({ k: 0, v: value }), 'Refusing', 'v', type, says);
      assert.equal(await One.count(), 0);
      if (/^(json|bytes|<)/.test(type)) return;
      if (finds === 'nothing') assert.equal(await One.restrict({ v: value }).count(), 0);
      else await refused('invalid_value', () => One.restrict({ v: value }).count(), 'v', says);
    });
  }
});
