import { createHash } from 'node:crypto';
import type { ColumnType } from '../database';

/**
 * The hash under which a `~jobs` table knows a key: MD5, in hexadecimal, of the values' Python texts in the order of
 * their attributes' names (datajoint-python 0.14 `hash.key_hash`, document 003).
 *
 * Python's text of a value depends on its type: `2` of an integer column, `2.0` of a float, `1` of a `bool`, which is
 * an integer there. `columns` tells the types; without it a number is an integer where it is whole, a boolean is
 * Python's own (`True`), and a text stands as it is.
 */
export function keyHash(key: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, ColumnType>> = {}): string {
  const hash = createHash('md5');
  for (const name of Object.keys(key).sort(byCodePoint)) hash.update(pythonText(key[name], columns[name]));
  return hash.digest('hex');
}

function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** `str(value)` in Python, for a value as pymysql gives it. */
function pythonText(value: unknown, column: ColumnType | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return column === undefined ? (value ? 'True' : 'False') : String(Number(value));
  if (typeof value === 'number') {
    // A server writes a FLOAT with six significant digits, and Python reads that text.
    if (column?.kind === 'float') return floatText(column.bits === 32 ? Number(value.toPrecision(6)) : value);
    return Number.isInteger(value) ? String(BigInt(value)) : floatText(value);
  }
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return datetimeText(value.toISOString().slice(0, -1).replace('T', ' '));
  if (value instanceof Uint8Array) return bytesText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  switch (column?.kind) {
    case 'decimal':
      return decimalText(text);
    case 'datetime':
    case 'timestamp':
      return datetimeText(text);
    case 'time':
      return timedeltaText(text);
    default:
      return text;
  }
}

/** `repr` of a float: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `str` of a `Decimal`: with an exponent once more than six zeros would follow the point. */
function decimalText(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const adjusted = digits.length - 1 - fraction.length;
  if (adjusted >= -6) return text;
  const point = digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : digits;
  return `${sign}${point}E${adjusted}`;
}

/** `str` of a `datetime`: no fraction, or six digits of it. */
function datetimeText(text: string): string {
  const [seconds = '', fraction = ''] = text.split('.');
  return Number(fraction) === 0 ? seconds : `${seconds}.${fraction.padEnd(6, '0')}`;
}

/** `str` of the `timedelta` that pymysql makes of a TIME: `1:02:03`, `1 day, 1:00:00`, `-1 day, 23:59:59`. */
function timedeltaText(text: string): string {
  const [, sign = '', hours = '0', minutes = '0', seconds = '0', fraction = ''] = /^(-?)(\d+):(\d+):(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const micros = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, '0'));
  const total = sign === '-' ? -micros : micros;
  const days = Math.floor(total / 86_400e6);
  const rest = total - days * 86_400e6;
  const inSeconds = Math.floor(rest / 1e6);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${Math.floor(inSeconds / 3600)}:${two(Math.floor(inSeconds / 60) % 60)}:${two(inSeconds % 60)}`;
  const tail = rest % 1e6 === 0 ? clock : `${clock}.${String(rest % 1e6).padStart(6, '0')}`;
  return days === 0 ? tail : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${tail}`;
}

/** `str` of `bytes`: `b'\x00a'`. */
function bytesText(bytes: Uint8Array): string {
  const named: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  const text = [...bytes].map((byte) => {
    if (named[byte] !== undefined) return named[byte];
    if (byte === quote.charCodeAt(0)) return `\\${quote}`;
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${text.join('')}${quote}`;
}
