import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, unpack } from '../../../src/engine/codecs';
import { blobValue } from './arbitraryBlobValue';
import { describeBlobValue, sortUnordered } from './describeBlobValue';

/** An interpreter that has datajoint 2.3. The recorded blobs are tested without it; this is the way back. */
const python = process.env['DJW_PYTHON_23'];
const reason = python === undefined ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

/** What a script beside the recorded blobs prints. */
function run(script: string, args: readonly string[], input: unknown): unknown {
  const ended = spawnSync(python ?? '', ['-W', 'ignore', join(__dirname, '../../fixtures/blobs', script), ...args], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(ended.status, 0, ended.stderr);
  return JSON.parse(ended.stdout);
}

describe('blobs that we packed', { skip: reason }, () => {
  it('are read by datajoint-python as the same values, and packed into the same bytes', () => {
    const values = fc.sample(blobValue, { numRuns: 1500, seed: 20260131 });
    const blobs = values.map((value) => Buffer.from(pack(value)).toString('base64'));
    const results = run('check.py', [], blobs) as (readonly [unknown, boolean])[];
    results.forEach(([description, isSame], index) => {
      const value = values[index];
      assert.deepEqual(sortUnordered(describeBlobValue(value)), sortUnordered(description));
      // A Python set has an order of its own; all else packs into the very bytes that we wrote.
      if (!holdsSet(value)) assert.ok(isSame, `packed differently: ${JSON.stringify(description)}`);
    });
  });
});

describe('blobs that datajoint-python packed, at random', { skip: reason }, () => {
  it('come back byte for byte: scalars of numpy, arrays with fields, whole floats, cells and structs among them', () => {
    const blobs = run('generate.py', ['20261126', '1500'], null) as string[];
    assert.equal(blobs.length, 1500);
    for (const blob of blobs) {
      const bytes = Buffer.from(blob, 'base64');
      assert.deepEqual(plain(pack(unpack(bytes))), plain(bytes), blob);
    }
  });
});

/** Without the compression, which is another in every build of zlib. */
function plain(blob: Uint8Array): Buffer {
  const isCompressed = Buffer.from(blob.subarray(0, 5)).toString('latin1') === 'ZL123';
  return isCompressed ? inflateSync(blob.subarray(14)) : Buffer.from(blob);
}

function holdsSet(value: unknown): boolean {
  if (value instanceof Set) return true;
  if (value instanceof Map) return [...(value as Map<unknown, unknown>).values()].some(holdsSet);
  if (Array.isArray(value)) return value.some(holdsSet);
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).some(holdsSet);
}
