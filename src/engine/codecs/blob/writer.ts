/** A byte buffer that grows; numbers little-endian, as blobs store them. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(256);
  private length = 0;

  get position(): number {
    return this.length;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes.writeUInt8(value, at);
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.bytes.writeUInt16LE(value, at);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.bytes.writeUInt32LE(value, at);
  }

  i32(value: number): void {
    const at = this.reserve(4);
    this.bytes.writeInt32LE(value, at);
  }

  i64(value: bigint): void {
    const at = this.reserve(8);
    this.bytes.writeBigInt64LE(value, at);
  }

  u64(value: number): void {
    const at = this.reserve(8);
    this.bytes.writeBigUInt64LE(BigInt(value), at);
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.bytes.writeDoubleLE(value, at);
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
