import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pack } from '../../../src/engine/codecs';
import { blobValue } from './arbitraryBlobValue';
import { describeBlobValue, sortUnordered } from './describeBlobValue';

/** An interpreter that has datajoint 2.3. The recorded blobs are tested without it; this is the way back. */
const python = process.env['DJW_PYTHON_23'];
const reason = python === undefined ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

describe('blobs that we packed', { skip: reason }, () => {
  it('are read by datajoint-python as the same values, and packed into the same bytes', () => {
    const values = fc.sample(blobValue, { numRuns: 1500, seed: 20260131 });
    const blobs = values.map((value) => Buffer.from(pack(value)).toString('base64'));
    const folder = join(__dirname, '../../fixtures/blobs');
    const run = spawnSync(python ?? '', ['-W', 'ignore', join(folder, 'check.py')], {
      input: JSON.stringify(blobs),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    assert.equal(run.status, 0, run.stderr);
    const results = JSON.parse(run.stdout) as (readonly [unknown, boolean])[];
    results.forEach(([description, isSame], index) => {
      const value = values[index];
      assert.deepEqual(sortUnordered(describeBlobValue(value)), sortUnordered(description));
      // A Python set has an order of its own; all else packs into the very bytes that we wrote.
      if (!holdsSet(value)) assert.ok(isSame, `packed differently: ${JSON.stringify(description)}`);
    });
  });
});

function holdsSet(value: unknown): boolean {
  if (value instanceof Set) return true;
  if (value instanceof Map) return [...(value as Map<unknown, unknown>).values()].some(holdsSet);
  if (Array.isArray(value)) return value.some(holdsSet);
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).some(holdsSet);
}
