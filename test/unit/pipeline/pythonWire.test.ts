import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attribute } from '../../../src/engine';
import { pythonSql, wireKey, wireSql } from '../../../src/pipeline/python/wire';

const attribute = (name: string, column: Attribute['column']): Attribute => ({
  name,
  declaredType: '',
  column,
  codec: null,
  inKey: true,
  nullable: false,
  autoIncrement: false,
  default: null,
  comment: '',
  lineage: null,
});

test('a key carries the types that JSON does not have', () => {
  const attributes = [
    attribute('i', { kind: 'integer', bits: 32, unsigned: false }),
    attribute('l', { kind: 'integer', bits: 64, unsigned: true }),
    attribute('f', { kind: 'float', bits: 64 }),
    attribute('d', { kind: 'decimal', precision: 5, scale: 2 }),
    attribute('b', { kind: 'bool' }),
    attribute('s', { kind: 'varchar', length: 9 }),
    attribute('day', { kind: 'date' }),
    attribute('at', { kind: 'datetime', precision: 3 }),
    attribute('t', { kind: 'time', precision: 0 }),
    attribute('u', { kind: 'uuid' }),
    attribute('raw', { kind: 'bytes' }),
  ];
  const key = { i: 1, l: 2n ** 64n - 1n, f: 1, d: '1.50', b: true, s: '1', day: '2026-01-31', at: '2026-01-31 01:02:03.004', t: '-01:02:03', u: '0', raw: Uint8Array.of(0, 255) };
  assert.deepEqual(wireKey(key, attributes), {
    i: 1,
    l: { int: '18446744073709551615' },
    f: { float: '1' },
    d: { decimal: '1.50' },
    b: true,
    s: '1',
    day: { date: '2026-01-31' },
    at: { datetime: '2026-01-31 01:02:03.004' },
    t: { time: '-01:02:03' },
    u: { uuid: '0' },
    raw: { bytes: 'AP8=' },
  });
  assert.throws(() => wireKey({ i: { nested: 1 } }, attributes), TypeError);
});

test('parameters of statements', () => {
  assert.deepEqual([null, 0.5, 3, 2n ** 63n, 'text', Uint8Array.of(1)].map(wireSql), [null, 0.5, 3, { int: '9223372036854775808' }, 'text', { bytes: 'AQ==' }]);
});

test('statements as Python drivers want them: only real parameters become %s', () => {
  assert.equal(pythonSql('DELETE FROM `a?b%` WHERE `k` = ? AND x % 2 = ?'), 'DELETE FROM `a?b%%` WHERE `k` = %s AND x %% 2 = %s');
  assert.equal(pythonSql(`SET a = 'it''s ? 100%' , b = "\\"?", c = ?`), `SET a = 'it''s ? 100%%' , b = "\\"?", c = %s`);
  assert.equal(pythonSql('`a``?` = ?'), '`a``?` = %s');
});
