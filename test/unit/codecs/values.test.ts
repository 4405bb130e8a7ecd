import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Attachment, decodeValue, encodeValue, formatKey, formatValue, pack, registerCodec, StoredObject, Uuid } from '../../../src/engine/codecs';
import type { Attribute, SqlValue } from '../../../src/engine/database';
import { parseType } from '../../../src/engine/definition';
import { DataJointError } from '../../../src/engine/errors';

// The same cases every time.
fc.configureGlobal({ seed: 20_260_131 });

function attribute(type: string, nullable = false): Attribute {
  const { declaredType, column, codec, autoIncrement } = parseType(type);
  return { name: 'a', declaredType, column, codec, autoIncrement, inKey: false, nullable, default: null, comment: '', lineage: null };
}

const UUID = '123e4567-e89b-12d3-a456-426614174000';
const UUID_BYTES = new Uint8Array(Buffer.from(UUID.replaceAll('-', ''), 'hex'));

describe('a blob that nothing marks', () => {
  const decoded = (type: string, bytes: Uint8Array): unknown => decodeValue(attribute(type), bytes);
  const packed = pack([1, 'two', null]);

  it('gives the value that is packed in it, of every size, compressed or not', () => {
    for (const type of ['tinyblob', 'blob', 'mediumblob', 'longblob']) assert.deepEqual(decoded(type, packed), [1, 'two', null]);
    const large = new Float64Array(5000);
    assert.deepEqual(decoded('longblob', pack(large)), large);
  });

  it('gives bytes where nothing is packed in it, or not as a whole', () => {
    for (const bytes of ['', 'mYm', 'mYm\0', 'dj0\0', 'ZL123\0 no', 'hello']) {
      assert.deepEqual(decoded('longblob', Buffer.from(bytes)), Uint8Array.from(Buffer.from(bytes)));
    }
    assert.ok(decoded('longblob', packed.subarray(0, -1)) instanceof Uint8Array);
    assert.deepEqual(decoded('bytes', packed), Uint8Array.from(packed));
  });
});

describe('encodeValue and decodeValue', () => {
  /** Type, value given, what is stored, what comes back. */
  const cases: readonly (readonly [string, unknown, SqlValue, unknown])[] = [
    ['int8', -128, -128, -128],
    ['int8', 127n, 127, 127],
    ['int8', -0, 0, 0],
    ['tinyint unsigned', 255, 255, 255],
    ['mediumint', -8388608, -8388608, -8388608],
    ['int32', 2147483647, 2147483647, 2147483647],
    ['int', 5, 5, 5],
    ['int64', 5, 5, 5n],
    ['int64', -(2n ** 63n), -(2n ** 63n), -(2n ** 63n)],
    ['bigint unsigned', 2n ** 64n - 1n, 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['float64', 0.1, 0.1, 0.1],
    ['float64', 3n, 3, 3],
    ['float32', 0.1, Math.fround(0.1), Math.fround(0.1)],
    ['decimal(10,2)', '12.5', '12.50', '12.50'],
    ['decimal(10,2)', 12.5, '12.50', '12.50'],
    ['decimal(10,2)', -7n, '-7.00', '-7.00'],
    ['decimal(10,2)', '1.005', '1.01', '1.01'],
    ['decimal(10,2)', '-0.001', '0.00', '0.00'],
    ['decimal(10,2)', 1e-7, '0.00', '0.00'],
    ['decimal(30,0)', 1e21, '1000000000000000000000', '1000000000000000000000'],
    ['decimal(65,30)', '12345678901234567890123456789012345.123456789012345678901234567891', '12345678901234567890123456789012345.123456789012345678901234567891', '12345678901234567890123456789012345.123456789012345678901234567891'],
    ['decimal(4,4)', '.5', '0.5000', '0.5000'],
    ['bool', true, 1, true],
    ['bool', 0, 0, false],
    ['bool', 1n, 1, true],
    ['char(4)', 'ab  ', 'ab', 'ab'],
    ['varchar(3)', '🧠🐭é', '🧠🐭é', '🧠🐭é'],
    ['varchar(5)', 'ab  ', 'ab  ', 'ab  '],
    ['varchar(5)', '', '', ''],
    ['text', 'x'.repeat(100_000), 'x'.repeat(100_000), 'x'.repeat(100_000)],
    ["enum('a','b c')", 'b c', 'b c', 'b c'],
    ['date', '2024-02-29', '2024-02-29', '2024-02-29'],
    ['date', new Date('2026-01-31T23:59:59.999Z'), '2026-01-31', '2026-01-31'],
    ['date', '0001-01-01', '0001-01-01', '0001-01-01'],
    ['datetime', '2026-01-31 14:05:06', '2026-01-31 14:05:06', '2026-01-31 14:05:06'],
    ['datetime', '2026-01-31', '2026-01-31 00:00:00', '2026-01-31 00:00:00'],
    ['datetime', '2026-01-31T14:05', '2026-01-31 14:05:00', '2026-01-31 14:05:00'],
    ['datetime', '2026-01-31T14:05:06+02:00', '2026-01-31 12:05:06', '2026-01-31 12:05:06'],
    ['datetime', '2025-12-31 23:59:59.5', '2026-01-01 00:00:00', '2026-01-01 00:00:00'],
    ['datetime', '1969-12-31 23:59:59.4', '1969-12-31 23:59:59', '1969-12-31 23:59:59'],
    ['datetime(3)', new Date('2026-01-31T14:05:06.789Z'), '2026-01-31 14:05:06.789', '2026-01-31 14:05:06.789'],
    ['datetime(6)', '2026-01-31 14:05:06.1234567', '2026-01-31 14:05:06.123457', '2026-01-31 14:05:06.123457'],
    ['datetime(2)', '2026-01-31 14:05:06', '2026-01-31 14:05:06.00', '2026-01-31 14:05:06.00'],
    ['timestamp', '2038-01-19 03:14:07', '2038-01-19 03:14:07', '2038-01-19 03:14:07'],
    ['time', '9:05:00', '09:05:00', '09:05:00'],
    ['time(3)', '-100:05:00.25', '-100:05:00.250', '-100:05:00.250'],
    ['uuid', UUID.toUpperCase(), UUID_BYTES, UUID],
    ['uuid', UUID.replaceAll('-', ''), UUID_BYTES, UUID],
    ['uuid', new Uuid(UUID), UUID_BYTES, UUID],
    ['uuid', UUID_BYTES, UUID_BYTES, UUID],
    ['json', { a: [1, null, 'é'] }, '{"a":[1,null,"é"]}', { a: [1, null, 'é'] }],
    ['json', 'text', '"text"', 'text'],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['<blob>', { n: NaN, list: [1, 'x'] }, pack({ n: NaN, list: [1, 'x'] }), { n: NaN, list: [1, 'x'] }],
    ['year', 2026, 2026, 2026],
    ['float unsigned', 1.5, 1.5, 1.5],
  ];
  for (const [type, value, stored, back] of cases) {
    it(`${type}: ${formatValue(value).slice(0, 60)}`, () => {
      const encoded = encodeValue(attribute(type), value, 'Session');
      assert.deepEqual(encoded, stored);
      assert.deepEqual(decodeValue(attribute(type), encoded), back);
    });
  }

  it('decode what each database gives for the same value', () => {
    assert.equal(decodeValue(attribute('decimal(10,2)'), 12.5), '12.50');
    assert.equal(decodeValue(attribute('decimal(10,2)'), -0.001), '0.00');
    assert.equal(decodeValue(attribute('decimal(10,3)'), '12.5'), '12.500');
    assert.equal(decodeValue(attribute('decimal(10,0)'), 7n), '7');
    assert.equal(decodeValue(attribute('datetime(6)'), '2026-01-31 14:05:06.5'), '2026-01-31 14:05:06.500000');
    assert.equal(decodeValue(attribute('datetime'), '2026-01-31 14:05:06.000'), '2026-01-31 14:05:06');
    assert.equal(decodeValue(attribute('int64'), 5), 5n);
    assert.equal(decodeValue(attribute('int32'), 5n), 5);
    assert.deepEqual(decodeValue(attribute('bytes'), Buffer.from('ab')), new Uint8Array([97, 98]));
  });

  it('pass null both ways where it is allowed', () => {
    assert.equal(encodeValue(attribute('<blob>', true), null, 'Session'), null);
    assert.equal(encodeValue(attribute('int8', true), undefined, 'Session'), null);
    assert.equal(decodeValue(attribute('int8', true), null), null);
  });

  it('refuse null elsewhere', () => {
    assert.throws(
      () => encodeValue(attribute('int8'), null, 'Session'),
      (error) => error instanceof DataJointError && error.code === 'missing_value' && /Session, attribute a \(int8\)/.test(error.message),
    );
  });
});

describe('encodeValue refuses', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['int8', 128, /128 is not a whole number from -128 to 127\./],
    ['int8', 1.5, /1\.5 is not a whole number/],
    ['int8', '5', /"5" is not a whole number/],
    ['int8', true, /true is not a whole number/],
    ['int8', NaN, /NaN is not a whole number/],
    ['int64', 2 ** 53, /give it as a bigint/],
    ['int64', 2n ** 63n, /9223372036854775808 is not a whole number/],
    ['tinyint unsigned', -1, /from 0 to 255/],
    ['float64', NaN, /not a finite number/],
    ['float64', Infinity, /not a finite number/],
    ['float64', '1', /"1" is not a number/],
    ['float32', 1e39, /range of float32/],
    ['decimal(5,2)', 1000, /more than 3 digits before the point/],
    ['decimal(5,2)', '999.995', /more than 3 digits/],
    ['decimal(5,2)', 'abc', /"abc" is not a decimal/],
    ['decimal(5,2)', '', /is not a decimal/],
    ['decimal(5,2)', NaN, /not a finite/],
    ['decimal(5,2)', '1e9999', /too large|more than/],
    ['bool', 2, /2 is not true or false/],
    ['bool', 'true', /"true" is not true or false/],
    ['varchar(3)', 'abcd', /has 4 characters; varchar\(3\) holds at most 3/],
    ['varchar(3)', 5, /5 is not a string/],
    ['varchar(3)', '\ud83e', /surrogate/],
    ["enum('a','b')", 'A', /"A" is not one of "a", "b"/],
    ['date', '2023-02-29', /not a day of the calendar/],
    ['date', '2023-13-01', /not a day of the calendar/],
    ['date', '31.1.2026', /is not a date such as/],
    ['date', new Date(NaN), /an invalid Date/],
    ['date', '0000-01-01', /outside the years/],
    ['datetime', '2026-01-31 24:00:00', /not a time of the day/],
    ['datetime', 'yesterday', /"yesterday" is not a datetime/],
    ['datetime', 1234567890, /is not a datetime/],
    ['datetime', '9999-12-31 23:59:59.9', /outside the years/],
    ['timestamp', '2038-01-19 03:14:08', /use datetime/],
    ['time', '839:00:00', /outside -838/],
    ['time', '12:60:00', /59 minutes/],
    ['uuid', 'c3', /"c3" is not a UUID/],
    ['uuid', new Uint8Array(15), /not a UUID/],
    ['json', { a: { b: NaN } }, /has NaN at "b"/],
    ['json', [1n], /has a bigint/],
    ['json', { a: new Float64Array(2) }, /Float64Array at "a"/],
    ['bytes', 'text', /is not a Uint8Array; use <blob>/],
    ['<blob>', { f: () => 1 }, /has a value of type function at f/],
    ['<attach>', 7, /neither the path of a file/],
    ['<attach>', '/no/such/file', /not a file that can be attached/],
    ['<object@>', {}, /belongs into an object store/],
    ['<blob@cold>', [1], /belongs into an object store/],
    ['year', {}, /is not a number, bigint, string/],
  ];
  for (const [type, value, pattern] of cases) {
    it(`${type}: ${formatValue(value)}`, () => {
      assert.throws(
        () => encodeValue(attribute(type), value, 'Session'),
        (error) => {
          assert.ok(error instanceof DataJointError);
          assert.equal(error.code, 'invalid_value');
          assert.match(error.message, pattern);
          assert.match(error.message, /^Table Session, attribute a \(.+\): .+\.$/s);
          assert.ok(error.message.length < 300, error.message);
          return true;
        },
      );
    });
  }

  it('a circular object as json', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    assert.throws(() => encodeValue(attribute('json'), loop, 'T'), /cannot become JSON/);
  });
});

describe('values round trip', () => {
  const roundTrip = (type: string, values: fc.Arbitrary<unknown>): void => {
    it(type, () => {
      const a = attribute(type);
      fc.assert(fc.property(values, (value) => assert.deepEqual(decodeValue(a, encodeValue(a, value, 'T')), value)));
    });
  };
  roundTrip('int16', fc.integer({ min: -32768, max: 32767 }));
  roundTrip('int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
  roundTrip('float64', fc.double({ noNaN: true, noDefaultInfinity: true }));
  roundTrip('float32', fc.float({ noNaN: true, noDefaultInfinity: true }));
  roundTrip('varchar(100)', fc.string({ unit: 'binary', maxLength: 100 }));
  // JSON has no -0; all else comes back.
  const json = fc.jsonValue({ noUnicodeString: false }).map((value): unknown => JSON.parse(JSON.stringify(value)));
  roundTrip('json', json.filter((value) => value !== null));
  roundTrip('uuid', fc.uuid());
  roundTrip('bytes', fc.uint8Array());
  roundTrip('decimal(12,3)', fc.integer().map((value) => (value / 1000).toFixed(3)));
  const dates = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.998Z'), noInvalidDate: true });
  roundTrip('datetime(3)', dates.map((date) => date.toISOString().replace('T', ' ').replace('Z', '')));
  roundTrip('date', dates.map((date) => date.toISOString().slice(0, 10)));

  it('anything at all is stored or refused with a reason', () => {
    const types = ['int8', 'int64', 'float32', 'decimal(6,2)', 'bool', 'char(3)', "enum('a')", 'date', 'datetime(3)', 'time', 'uuid', 'json', 'bytes', '<blob>', '<attach>', 'year'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withMap: true, withSet: true }), (type, value) => {
        try {
          encodeValue(attribute(type), value, 'T');
        } catch (error) {
          assert.ok(error instanceof DataJointError && /^(invalid|missing)_value$/.test(error.code), String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('codecs', () => {
  it('attach a file with its name, as datajoint-python stores it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'attach-'));
    try {
      writeFileSync(join(folder, 'notes é.txt'), 'hello');
      const stored = encodeValue(attribute('<attach>'), join(folder, 'notes é.txt'), 'T');
      assert.deepEqual(stored, new Uint8Array(Buffer.from('notes é.txt\0hello')));
      const back = decodeValue(attribute('<attach>'), stored);
      assert.ok(back instanceof Attachment);
      assert.equal(back.name, 'notes é.txt');
      assert.equal(Buffer.from(back.content).toString(), 'hello');
      assert.deepEqual(encodeValue(attribute('<attach>'), back, 'T'), stored);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('never give an attachment a name that leads out of its folder', () => {
    const back = decodeValue(attribute('<attach>'), new Uint8Array(Buffer.from('../../etc/passwd\0x')));
    assert.ok(back instanceof Attachment);
    assert.equal(back.name, 'passwd');
  });

  it('show the metadata of a value in an object store', () => {
    const back = decodeValue(attribute('<blob@cold>'), '{"path":"a/b","store":"cold"}');
    assert.deepEqual(back, new StoredObject('blob', { path: 'a/b', store: 'cold' }));
  });

  it('of one\'s own are chained and told where the value goes', () => {
    const seen: unknown[] = [];
    registerCodec({
      name: 'test_graph',
      storedAs: () => '<blob>',
      encode(value, context) {
        seen.push(context);
        if (!(value instanceof Map)) throw new Error('expected a graph');
        return { nodes: [...(value as Map<unknown, unknown>).keys()] };
      },
      decode: (stored) => (stored as { nodes: unknown[] }).nodes,
    });
    const graph = attribute('<test_graph>');
    assert.deepEqual(decodeValue(graph, encodeValue(graph, new Map([['n', 1]]), 'Net')), ['n']);
    assert.deepEqual(seen, [{ table: 'Net', attribute: 'a', store: null }]);
    assert.throws(() => encodeValue(graph, 5, 'Net'), /Net, attribute a \(<test_graph>\): expected a graph\./);
  });

  it('cannot take each other\'s names', () => {
    const codec = { name: 'blob', storedAs: () => 'bytes', encode: (value: unknown) => value, decode: (value: unknown) => value };
    assert.throws(() => registerCodec(codec), /registered already/);
    assert.throws(() => registerCodec({ ...codec, name: 'Bad Name' }), /lower-case/);
  });

  it('corrupt values are told with their attribute', () => {
    const corrupt = (type: string, raw: SqlValue, pattern: RegExp): void =>
      assert.throws(
        () => decodeValue(attribute(type), raw),
        (error) => error instanceof DataJointError && error.code === 'corrupt' && pattern.test(error.message),
      );
    corrupt('<blob>', new Uint8Array([1, 2, 3]), /Attribute a: the stored blob cannot be read/);
    corrupt('json', '{', /Attribute a: the stored JSON cannot be read/);
    corrupt('uuid', new Uint8Array(3), /16 bytes/);
    corrupt('<attach>', new Uint8Array([65]), /no file name/);
  });
});

describe('formatValue and formatKey', () => {
  it('show values as people read them', () => {
    assert.equal(formatValue('c3'), '"c3"');
    assert.equal(formatValue(3), '3');
    assert.equal(formatValue(2n ** 60n), '1152921504606846976');
    assert.equal(formatValue('2026-01-31'), '2026-01-31');
    assert.equal(formatValue('2026-01-31 14:05:06.123'), '2026-01-31 14:05:06.123');
    assert.equal(formatValue(UUID), UUID);
    assert.equal(formatValue(null), 'null');
    assert.equal(formatValue('a"b\n'), '"a\\"b\\n"');
    assert.equal(formatValue(new Uint8Array(24)), '[24 bytes]');
    assert.equal(formatValue({ a: 1n }), '{"a":"1"}');
  });

  it('show keys with their attributes\' names', () => {
    assert.equal(formatKey({ subject_id: 'c3', session_idx: 3 }), 'subject_id "c3", session_idx 3');
    assert.equal(formatKey({}), '');
  });
});
