import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { pack, unpack } from '../../../src/engine/codecs';
import { describeBlobValue, sortUnordered } from './describeBlobValue';

/** Name, blob, what datajoint-python reads from it, whether nothing of it is lost on a visit to JavaScript. */
type Fixture = readonly [string, string, unknown, boolean];

const fixtures = JSON.parse(readFileSync(join(__dirname, '../../fixtures/blobs/blobs.json'), 'utf8')) as Fixture[];

describe('blobs that datajoint-python packed', () => {
  it('are many', () => {
    assert.ok(fixtures.length >= 300);
  });

  for (const [name, blob, description, isLossless] of fixtures) {
    it(name, () => {
      const bytes = new Uint8Array(Buffer.from(blob, 'base64'));
      const value = unpack(bytes);
      assert.deepEqual(sortUnordered(describeBlobValue(value)), sortUnordered(description));
      const again = pack(value);
      assert.deepEqual(sortUnordered(describeBlobValue(unpack(again))), sortUnordered(description));
      if (isLossless) assert.deepEqual(Buffer.from(plain(again)), Buffer.from(plain(bytes)));
    });
  }
});

function plain(blob: Uint8Array): Uint8Array {
  return Buffer.from(blob.subarray(0, 5)).toString('latin1') === 'ZL123' ? inflateSync(blob.subarray(14)) : blob;
}
