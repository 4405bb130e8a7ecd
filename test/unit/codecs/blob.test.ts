import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { MatCell, MatStruct, NdArray, Refusal, Tuple, pack, unpack } from '../../../src/engine/codecs';
import { DataJointError } from '../../../src/engine/errors';
import { blobValue } from './arbitraryBlobValue';

// The same cases every time.
fc.configureGlobal({ seed: 20_260_131 });

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const latin = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const corruptWith = (pattern: RegExp) => (error: unknown) =>
  error instanceof DataJointError && error.code === 'corrupt' && pattern.test(error.message) && /byte \d+/.test(error.message);

describe('pack and unpack', () => {
  it('give back any value that a blob can hold', () => {
    fc.assert(
      fc.property(blobValue, (value) => {
        assert.deepEqual(unpack(pack(value)), value);
      }),
      { numRuns: 500 },
    );
  });

  it('store a whole number as int and any other as float', () => {
    assert.deepEqual(Buffer.from(pack(3)).toString('latin1'), 'dj0\0\x0a\x01\0\x03');
    assert.equal(Buffer.from(pack(3.5)).toString('latin1').slice(0, 5), 'dj0\0\x0d');
    assert.equal(pack(-0)[4], 0x0d);
    assert.equal(pack(2 ** 60)[4], 0x0d);
  });

  it('say mYm when MATLAB can read it', () => {
    const format = (value: unknown): string => Buffer.from(pack(value).subarray(0, 3)).toString('latin1');
    assert.equal(format(new Float64Array(3)), 'mYm');
    assert.equal(format(new MatCell([new Float64Array(1)])), 'mYm');
    assert.equal(format(new MatStruct([{ a: new Int8Array(1) }])), 'mYm');
    assert.equal(format(new MatStruct([{ a: 'text' }])), 'dj0');
    assert.equal(format([new Float64Array(3)]), 'dj0');
  });

  it('read cells and structs that they wrote as plain values', () => {
    assert.deepEqual(unpack(pack(new MatCell(['a', 1]))), ['a', 1]);
    assert.deepEqual(unpack(pack(new MatStruct([{ a: 1, b: 'x' }]))), { a: 1, b: 'x' });
    assert.deepEqual(unpack(pack(new MatStruct([{ a: 1 }, { a: 2 }]))), [{ a: 1 }, { a: 2 }]);
  });

  it('leave properties without a value out, as JSON does', () => {
    assert.deepEqual(unpack(pack({ a: 1, b: undefined })), { a: 1 });
  });

  it('read a Buffer as bytes and give back plain bytes', () => {
    const bytes = unpack(pack(Buffer.from('abc')));
    assert.deepEqual(bytes, new Uint8Array([97, 98, 99]));
  });

  it('compress when that helps and only then', () => {
    assert.equal(Buffer.from(pack(new Float64Array(1000)).subarray(0, 5)).toString('latin1'), 'ZL123');
    assert.equal(Buffer.from(pack('x'.repeat(900)).subarray(0, 3)).toString('latin1'), 'dj0');
  });

  it('treat a tuple as an array that stays a tuple', () => {
    const tuple = Tuple.of(1, 2, 3);
    assert.equal(pack(tuple)[4], 1);
    assert.equal(pack(tuple.map((item) => item))[4], 2);
  });
});

/** Blobs as datajoint-python 2.3.5 packs the values that the names tell. */
const fromPython = {
  "[1.0, 2, np.float32(1.5), np.int16(7)]": `${latin('dj0\0')} 02 0400000000000000 0900000000000000 0d 000000000000f03f 0400000000000000 0a0100 02 1500000000000000 41 0000000000000000 0700000000000000 0000c03f 1300000000000000 41 0000000000000000 0a00000000000000 0700`,
  "np.array([(1, 2.5), (3, 4.5)], dtype=[('x', 'i4'), ('y', 'f8')])": `${latin('dj0\0')} 46 02000000 7800 7900 41 0100000000000000 0200000000000000 0c00000000000000 01000000 03000000 41 0100000000000000 0200000000000000 0600000000000000 0000000000000440 0000000000001240`,
  "{'b': 1.0, '2': True, '1': np.True_}": `${latin('dj0\0')} 04 0300000000000000 0a00000000000000 05 0100000000000000 62 0900000000000000 0d 000000000000f03f 0a00000000000000 05 0100000000000000 32 0200000000000000 0b 01 0a00000000000000 05 0100000000000000 31 1200000000000000 41 0000000000000000 0300000000000000 01`,
  'np.float32(1.5)': `${latin('dj0\0')} 41 0000000000000000 0700000000000000 0000c03f`,
};

describe('a container that was read', () => {
  const list = () => unpack(hex(fromPython['[1.0, 2, np.float32(1.5), np.int16(7)]'])) as unknown[];
  const rows = () => unpack(hex(fromPython["np.array([(1, 2.5), (3, 4.5)], dtype=[('x', 'i4'), ('y', 'f8')])"])) as Record<string, number>[];
  /** The structure codes of the items of a list: 0x0a an int, 0x0d a float, 0x41 an array. */
  const codes = (value: unknown): number[] => {
    const bytes = pack(value);
    const found: number[] = [];
    for (let at = 13; at < bytes.length; at += 8 + Number(Buffer.from(bytes).readBigUInt64LE(at))) found.push(bytes[at + 8] ?? -1);
    return found;
  };

  for (const [name, blob] of Object.entries(fromPython)) {
    it(`packs back into the same bytes: ${name}`, () => {
      assert.deepEqual(Buffer.from(pack(unpack(hex(blob)))).toString('hex'), blob.replaceAll(' ', ''));
    });
  }

  it('shows plain values', () => {
    assert.deepEqual(list(), [1, 2, 1.5, 7]);
    assert.deepEqual(rows(), [{ x: 1, y: 2.5 }, { x: 3, y: 4.5 }]);
  });

  it('keeps the type of a place as long as what stands there fits it', () => {
    const changed = list();
    changed[0] = 5;
    changed[2] = 0.25;
    changed[3] = 70_000;
    assert.deepEqual(codes(changed), [0x0d, 0x0a, 0x41, 0x0a]);
    changed[0] = 'text';
    changed[2] = 0.1;
    changed.push(1);
    assert.deepEqual(codes(changed), [0x05, 0x0a, 0x0d, 0x0a, 0x0a]);
    assert.deepEqual(unpack(pack(changed)), ['text', 2, 0.1, 70_000, 1]);
  });

  it('stays an array with fields while its rows fit them, however many', () => {
    const changed = rows();
    changed.push({ y: 0.5, x: 9 });
    assert.equal(pack(changed)[4], 0x46);
    assert.deepEqual(unpack(pack(changed)), [{ x: 1, y: 2.5 }, { x: 3, y: 4.5 }, { x: 9, y: 0.5 }]);
    assert.equal(pack([...changed])[4], 2, 'a new array is a list');
    changed.push({ x: 0.5, y: 1 });
    assert.equal(pack(changed)[4], 2, '0.5 is no int32');
  });

  it('is a cell or a struct again, of any shape', () => {
    for (const value of [new MatCell([1, 'a', null, 4], [2, 2]), new MatStruct([{ a: 1, b: 'x' }], [1, 1]), new MatStruct([{ a: 1 }, { a: 2 }], [2, 1])]) {
      assert.deepEqual(pack(unpack(pack(value))), pack(value));
    }
  });
});

describe('an array without dimensions', () => {
  const scalar = unpack(hex(fromPython['np.float32(1.5)'])) as NdArray;

  it('is reckoned and compared with like its element', () => {
    assert.deepEqual([Number(scalar) * 2, scalar.toString(), scalar.get()], [3, '1.5', 1.5]);
    assert.equal(new NdArray('int64', [], BigInt64Array.of(3n)).valueOf(), 3);
    assert.equal(new NdArray('int64', [], BigInt64Array.of(2n ** 60n)).valueOf(), 2n ** 60n);
  });
});

describe('pack refuses', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['a function', { a: [() => 1] }, /type function at a\[0\]/],
    ['undefined in a list', [1, undefined], /type undefined at \[1\]/],
    ['a class instance', { x: new Error('no') }, /an Error object at x/],
    ['a lone surrogate', { s: '\ud800' }, /surrogate pair at \.?s/],
    ['an invalid Date', [new Date(NaN)], /Date outside/],
    ['a symbol', Symbol('s'), /type symbol/],
    ['a DataView', new DataView(new ArrayBuffer(8)), /DataView/],
  ];
  for (const [name, value, pattern] of cases) {
    it(name, () => {
      assert.throws(() => pack(value), (error) => error instanceof Refusal && pattern.test(error.message));
    });
  }

  it('a value that contains itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    assert.throws(() => pack(loop), /contains itself/);
  });
});

describe('unpack of bytes that are no blob', () => {
  const u64 = (value: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes.toString('hex');
  };
  const dj0 = latin('dj0\0');
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', hex(''), /begin with dj0 or mYm/],
    ['another format', hex(latin('PNG\0') + '00'), /begin with dj0 or mYm/],
    ['no value', hex(dj0), /ends where 1 more/],
    ['an unknown code', hex(`${dj0} 7a`), /unknown structure code 122/],
    ['a sparse array', hex(`${latin('mYm\0')} 50`), /sparse/],
    ['text longer than the blob', hex(`${dj0} 05 ${u64(100)} 61`), /announces 100/],
    ['a list of 2^60', hex(`${dj0} 02 0000000000000010`), /announces 1152921504606847000 items/],
    ['a wrong item size', hex(`${dj0} 02 ${u64(1)} ${u64(2)} ff ff`), /takes 1 bytes instead of the announced 2/],
    ['bytes left over', hex(`${dj0} ff 00`), /1 bytes are left over/],
    ['text that is not UTF-8', hex(`${dj0} 05 ${u64(1)} ff`), /not UTF-8/],
    ['an unknown element type', hex(`${dj0} 41 ${u64(0)} 63000000 00000000`), /unknown element type 99/],
    ['a huge array', hex(`${dj0} 41 ${u64(2)} ${u64(60000)} ${u64(30000)} 06000000 00000000`), /announces 1800000000 elements/],
    ['an impossible shape', hex(`${dj0} 41 ${u64(2)} ${u64(0)} ${u64(2 ** 50)} 06000000 00000000`), /impossible shape/],
    ['a date that does not exist', hex(`${dj0} 74 ffffff7f ffffffffffffffff`), /does not exist in the calendar/],
    ['fields without end', hex(`${dj0} 46 01000000 6162`), /a name has no end/],
    ['a bomb', hex(`${latin('ZL123\0')} ${u64(2 ** 40)} 789c`), /promises to unpack into 1099511627776/],
    ['broken compression', hex(`${latin('ZL123\0')} ${u64(10)} 78 9c 01 02 03`), /compression is broken/],
  ];
  for (const [name, bytes, pattern] of cases) {
    it(name, () => {
      assert.throws(() => unpack(bytes), corruptWith(pattern));
    });
  }

  it('more than it promises', () => {
    const packed = deflateSync(Buffer.alloc(10_000));
    const bytes = Buffer.concat([Buffer.from('ZL123\0', 'latin1'), hex(u64(100)), packed]);
    assert.throws(() => unpack(bytes), corruptWith(/hides more than it promises/));
  });

  it('nested too deep', () => {
    const levels = 5000;
    const bodies = Array.from({ length: levels }, (_, at) => `02 ${u64(1)} ${u64((levels - at - 1) * 17 + 1)}`);
    assert.throws(() => unpack(hex(`${dj0} ${bodies.join('')} ff`)), corruptWith(/levels deep/));
  });

  it('never fails in another way, wherever it is cut or changed', () => {
    fc.assert(
      fc.property(blobValue, fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (value, place, byte, isCut) => {
        const bytes = pack(value);
        const at = place % bytes.length;
        if (isCut) assert.throws(() => unpack(bytes.subarray(0, at)), corruptWith(/./));
        bytes[at] = byte;
        try {
          unpack(bytes);
        } catch (error) {
          assert.ok(corruptWith(/./)(error), String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('NdArray', () => {
  const matrix = NdArray.fromRowMajor([2, 3], new Float64Array([1, 2, 3, 4, 5, 6]));

  it('lies in column-major order and reads in either', () => {
    assert.deepEqual(matrix.data, new Float64Array([1, 4, 2, 5, 3, 6]));
    assert.deepEqual(matrix.toRowMajor(), new Float64Array([1, 2, 3, 4, 5, 6]));
    assert.deepEqual(matrix.toNested(), [[1, 2, 3], [4, 5, 6]]);
    assert.equal(matrix.get(1, 2), 6);
    assert.equal(matrix.size, 6);
  });

  it('gives back what row-major order held, in any shape', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { maxLength: 4 }), (shape) => {
        const size = shape.reduce((product, length) => product * length, 1);
        const data = Int32Array.from({ length: size }, (_, index) => index);
        const array = NdArray.fromRowMajor(shape, data);
        assert.deepEqual(array.toRowMajor(), data);
        assert.deepEqual([array.toNested()].flat(5), [...data]);
      }),
    );
  });

  it('refuses indexes and data that do not fit', () => {
    assert.throws(() => matrix.get(0), /2 dimensions/);
    assert.throws(() => matrix.get(0, 3), /outside 0 to 2/);
    assert.throws(() => new NdArray('float64', [2, 2], new Float64Array(3)), /has 4 elements, not 3/);
  });
});
