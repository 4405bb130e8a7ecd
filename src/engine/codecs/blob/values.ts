/** What a blob can hold that JavaScript has no word for. Each packs back into what it was read from. */

/** Python's Decimal; `text` as Python prints it. */
export class Decimal {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** A UUID inside a blob; `text` is canonical and in lower case. */
export class Uuid {
  readonly text: string;
  constructor(text: string) {
    const digits = text.replaceAll('-', '').toLowerCase();
    this.text = [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to)).join('-');
  }
  static fromBytes(bytes: Uint8Array): Uuid {
    return new Uuid(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'));
  }
  toBytes(): Uint8Array {
    return Uint8Array.from(Buffer.from(this.text.replaceAll('-', ''), 'hex'));
  }
  toString(): string {
    return this.text;
  }
}

/** One complex number. */
export class Complex {
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}
  toString(): string {
    return `${this.re}${this.im < 0 || Object.is(this.im, -0) ? '-' : '+'}${Math.abs(this.im)}j`;
  }
}

/** Python's tuple: an array that packs back as a tuple and not as a list. `map`, `slice` and so on give plain arrays. */
export class Tuple<T = unknown> extends Array<T> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Python's date: `YYYY-MM-DD`. */
export class CalendarDate {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** Python's time of day: `HH:MM:SS` or `HH:MM:SS.ffffff`. */
export class ClockTime {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** Python's datetime with digits below the millisecond: a Date (UTC) that also keeps the microseconds, 0 to 999. */
export class MicrosecondDate extends Date {
  constructor(
    millis: number,
    readonly microseconds: number,
  ) {
    super(millis);
  }
}

/** A MATLAB cell array to write. Reading one gives plain arrays, which pack as a cell again. `items` in column-major order. */
export class MatCell {
  readonly shape: readonly number[];
  constructor(
    readonly items: readonly unknown[],
    shape?: readonly number[],
  ) {
    this.shape = shape ?? [items.length === 0 ? 0 : 1, items.length];
  }
}

/** A MATLAB struct array to write; all `rows` have the same fields. Reading one gives plain objects, which pack as a struct again. */
export class MatStruct {
  readonly shape: readonly number[];
  constructor(
    readonly rows: readonly Readonly<Record<string, unknown>>[],
    shape?: readonly number[],
  ) {
    this.shape = shape ?? [1, rows.length];
  }
}
