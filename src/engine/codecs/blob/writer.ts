/** A byte buffer that grows; numbers little-endian, as blobs store them. */
export class ByteWriter {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;

  get position(): number {
    return this.length;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.buffer.writeUInt8(value, at);
  }

  bytes(...values: number[]): void {
    for (const value of values) this.u8(value);
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.buffer.writeUInt16LE(value, at);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32LE(value, at);
  }

  i32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeInt32LE(value, at);
  }

  i64(value: bigint): void {
    const at = this.reserve(8);
    this.buffer.writeBigInt64LE(value, at);
  }

  u64(value: number): void {
    this.putU64(value, this.reserve(8));
  }

  /** A signed integer in 1 to 6 bytes. */
  int(value: number, size: number): void {
    const at = this.reserve(size);
    this.buffer.writeIntLE(value, at, size);
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.buffer.writeDoubleLE(value, at);
  }

  raw(data: ArrayBufferView): void {
    const at = this.reserve(data.byteLength);
    this.buffer.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  }

  /** Text in UTF-8 with the number of its bytes in front. */
  text(text: string): void {
    const size = Buffer.byteLength(text, 'utf8');
    this.u64(size);
    const at = this.reserve(size);
    this.buffer.write(text, at, size, 'utf8');
  }

  /** Runs `write` and puts the number of bytes it wrote in front of them, as a 64-bit count. */
  sized(write: () => void): void {
    const at = this.reserve(8);
    write();
    this.putU64(this.length - at - 8, at);
  }

  finish(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.length));
  }

  private putU64(value: number, at: number): void {
    this.buffer.writeUInt32LE(value % 2 ** 32, at);
    this.buffer.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
  }

  private reserve(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, at));
      this.buffer = larger;
    }
    return at;
  }
}
