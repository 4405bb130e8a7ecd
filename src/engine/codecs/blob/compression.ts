/** The compression of blobs: `ZL123`, the size of the content, a zlib stream. */
import { deflateSync, inflateSync } from 'node:zlib';
import { messageOf } from '../../errors';
import { ByteReader, corrupt } from './reader';

const COMPRESSED = 'ZL123\0';
/** Blobs up to this size are not worth compressing. */
const COMPRESS_OVER = 1000;
/** zlib shrinks at most about 1030 times; a larger promise is a lie or a bomb. */
const MAX_RATIO = 1100n;
/** No blob and no array in one is larger. */
export const MAX_BYTES = 2n ** 31n - 1n;

/** Compressed when it is over 1000 bytes and compression makes it smaller. */
export function compress(blob: Uint8Array): Uint8Array {
  if (blob.length <= COMPRESS_OVER) return new Uint8Array(blob);
  const header = Buffer.alloc(14, COMPRESSED, 'latin1');
  header.writeBigUInt64LE(BigInt(blob.length), 6);
  const compressed = Buffer.concat([header, deflateSync(blob)]);
  return new Uint8Array(compressed.length < blob.length ? compressed : blob);
}

/** The code of Python's str. */
export const TEXT = 0x05;

/** The most bytes that a use of a blob can take: of one that is a text, and of one that holds other values. */
export interface UnpackLimits {
  readonly text: number;
  readonly values: number;
}

const NO_LIMITS: UnpackLimits = { text: Number(MAX_BYTES), values: Number(MAX_BYTES) };

/**
 * The blob without its compression, if it has one.
 * @param most nothing larger is unpacked
 * @throws DataJointError `corrupt`
 */
export function decompress(blob: Uint8Array, most: UnpackLimits = NO_LIMITS): Uint8Array {
  const bytes = inflated(blob, Math.max(most.text, most.values));
  const limit = bytes[4] === TEXT ? most.text : most.values;
  if (bytes.length > limit) throw corrupt(`it unpacks into ${bytes.length} bytes, more than the ${limit} that are read here`, 0);
  return bytes;
}

function inflated(blob: Uint8Array, most: number): Uint8Array {
  if (Buffer.from(blob.subarray(0, 6)).toString('latin1') !== COMPRESSED) return blob;
  const reader = new ByteReader(blob);
  reader.position = COMPRESSED.length;
  const size = reader.u64();
  if (size > MAX_BYTES || size > BigInt(reader.remaining) * MAX_RATIO) {
    throw corrupt(
      `it promises to unpack into ${size} bytes, which ${reader.remaining} bytes cannot hold`,
      COMPRESSED.length,
    );
  }
  if (size > BigInt(most)) throw corrupt(`it unpacks into ${size} bytes, more than the ${most} that are read here`, COMPRESSED.length);
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(reader.raw(reader.remaining), { maxOutputLength: Math.max(Number(size), 1) });
  } catch (error) {
    throw corrupt(
      `its compression is broken or hides more than it promises (${messageOf(error)})`,
      COMPRESSED.length + 8,
    );
  }
  if (BigInt(bytes.length) !== size) {
    throw corrupt(`it unpacks into ${bytes.length} bytes instead of ${size}`, COMPRESSED.length);
  }
  return bytes;
}
