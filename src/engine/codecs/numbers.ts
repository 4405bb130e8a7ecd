import { Refusal } from './refusal';

const LARGEST_FLOAT32 = 3.4028234663852886e38;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The smallest and largest integer of a width. */
export function integerRange(bits: number, unsigned: boolean): readonly [bigint, bigint] {
  const size = 2n ** BigInt(bits);
  return unsigned ? [0n, size - 1n] : [-size / 2n, size / 2n - 1n];
}

/** A whole number in range. Beyond ±2^53 it must come as bigint, because a number has already lost digits there. */
export function encodeInteger(value: unknown, bits: number, unsigned: boolean): number | bigint {
  const [low, high] = integerRange(bits, unsigned);
  const expected = `is not a whole number from ${low} to ${high}`;
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Refusal(expected);
  if (typeof value === 'number' && !Number.isInteger(value)) throw new Refusal(expected);
  if (value < low || value > high) throw new Refusal(expected);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Refusal('is too large for an exact number; give it as a bigint');
    return value + 0;
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A finite number; for 32 bits rounded to single precision, as a server stores it. */
export function encodeFloat(value: unknown, bits: 32 | 64): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') throw new Refusal('is not a number');
  if (!Number.isFinite(number)) {
    throw new Refusal('is not a finite number; use null, or a <blob>, which keeps NaN and infinity');
  }
  if (bits === 64) return number;
  if (Math.abs(number) > LARGEST_FLOAT32) throw new Refusal(`is beyond ±${LARGEST_FLOAT32}, the range of float32`);
  return Math.fround(number);
}

/** Decimal text with exactly `scale` digits; more are rounded half away from zero, as MySQL rounds them. */
export function encodeDecimal(value: unknown, precision: number, scale: number, unsigned: boolean): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Refusal('is not a finite number');
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') {
    throw new Refusal('is not a decimal number');
  }
  const match = DECIMAL.exec(typeof value === 'string' ? value.trim() : String(value));
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') throw new Refusal('is not a decimal number such as "12.50"');
  const scaled = scaleDigits(whole + fraction, fraction.length - Number(exponent), scale);
  if (scaled >= 10n ** BigInt(precision)) {
    throw new Refusal(`has more than ${precision - scale} digits before the point`);
  }
  if (unsigned && sign === '-' && scaled > 0n) throw new Refusal('is below 0, and the type is unsigned');
  return placePoint(sign === '-' && scaled > 0n, scaled, scale);
}

/** A stored decimal as text with exactly `scale` digits, whether the database gave text or a number. */
export function decodeDecimal(raw: string | number | bigint, scale: number): string {
  if (typeof raw === 'number') {
    const text = raw.toFixed(scale);
    return Number(text) === 0 ? text.replace('-', '') : text;
  }
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(String(raw)) ?? [];
  return placePoint(sign === '-', scaleDigits(whole + fraction, fraction.length, scale), scale);
}

/** `digits` with the point `places` from the right, as an integer count of 10^-scale. */
function scaleDigits(digits: string, places: number, scale: number): bigint {
  const number = BigInt(digits === '' ? '0' : digits);
  const shift = scale - places;
  if (shift >= 0) {
    if (number !== 0n && shift > 200) throw new Refusal('is too large');
    return number === 0n ? 0n : number * 10n ** BigInt(shift);
  }
  if (-shift > digits.length + 1) return 0n;
  const unit = 10n ** BigInt(-shift);
  return (number + unit / 2n) / unit;
}

function placePoint(negative: boolean, scaled: bigint, scale: number): string {
  const digits = scaled.toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${text}` : text;
}
