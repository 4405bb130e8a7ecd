import { DataJointError } from '../../errors';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a byte buffer front to back and never past its end; numbers little-endian, as blobs store them. */
export class ByteReader {
  private readonly view: DataView;
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  i64(): bigint {
    return this.view.getBigInt64(this.take(8), true);
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** A 64-bit count of things that take at least `unit` bytes each: refused when so many cannot follow. */
  count(unit: number, what: string): number {
    const at = this.position;
    const start = this.take(8);
    // Exact as far as it matters: what a double rounds is far more than can follow.
    const value = this.view.getUint32(start + 4, true) * 2 ** 32 + this.view.getUint32(start, true);
    if (value * unit > this.remaining) {
      throw corrupt(`it announces ${value} ${what}, but only ${this.remaining} bytes follow`, at);
    }
    return value;
  }

  /** A signed integer of 1 to 6 bytes. */
  int(size: number): number {
    const bytes = this.raw(size);
    return Buffer.from(bytes.buffer, bytes.byteOffset, size).readIntLE(0, size);
  }

  /** A 64-bit number without a meaning of its own. */
  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** The next bytes, not copied. */
  raw(size: number): Uint8Array {
    const at = this.take(size);
    return this.bytes.subarray(at, at + size);
  }

  /** The next bytes in a buffer of their own, aligned for typed arrays. */
  copy(size: number): ArrayBuffer {
    const buffer = new ArrayBuffer(size);
    new Uint8Array(buffer).set(this.raw(size));
    return buffer;
  }

  text(size: number): string {
    const at = this.position;
    try {
      return utf8.decode(this.raw(size));
    } catch (error) {
      if (error instanceof DataJointError) throw error;
      throw corrupt('its text is not UTF-8', at);
    }
  }

  /** Text up to a zero byte, which is passed over. */
  zeroTerminated(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw corrupt('a name has no end', this.position);
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  private take(size: number): number {
    const at = this.position;
    if (size > this.bytes.length - at) {
      throw corrupt(`it ends where ${size} more bytes should follow`, at);
    }
    this.position = at + size;
    return at;
  }
}

/** The error of a blob that cannot be read. Bytes count from 0 in the uncompressed blob. */
export function corrupt(what: string, position: number): DataJointError {
  return new DataJointError('corrupt', `the stored blob cannot be read: ${what} (byte ${position})`);
}
