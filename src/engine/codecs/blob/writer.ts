/** A byte buffer that grows; numbers little-endian, as blobs store them. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(256);
  private length = 0;

  get position(): number {
    return this.length;
  }

  u8(value: number): void {
    this.bytes.writeUInt8(value, this.reserve(1));
  }

  u16(value: number): void {
    this.bytes.writeUInt16LE(value, this.reserve(2));
  }

  u32(value: number): void {
    this.bytes.writeUInt32LE(value, this.reserve(4));
  }

  i32(value: number): void {
    this.bytes.writeInt32LE(value, this.reserve(4));
  }

  i64(value: bigint): void {
    this.bytes.writeBigInt64LE(value, this.reserve(8));
  }

  u64(value: number): void {
    this.bytes.writeBigUInt64LE(BigInt(value), this.reserve(8));
  }

  f64(value: number): void {
    this.bytes.writeDoubleLE(value, this.reserve(8));
  }

  raw(data: ArrayBufferView): void {
    const at = this.reserve(data.byteLength);
    this.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  }

  /** Runs `write` and puts the number of bytes it wrote in front of them, as a 64-bit count. */
  sized(write: () => void): void {
    const at = this.reserve(8);
    write();
    this.bytes.writeBigUInt64LE(BigInt(this.length - at - 8), at);
  }

  finish(): Uint8Array {
    return new Uint8Array(this.bytes.subarray(0, this.length));
  }

  private reserve(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, at));
      this.bytes = larger;
    }
    return at;
  }
}
