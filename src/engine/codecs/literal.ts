import type { ColumnType } from '../database';
import { encodeColumn } from './columns';
import { Refusal } from './refusal';

/**
 * The one spelling of a default value in a definition (`+5` is `5`, `true` is `1`, `1.5` is `1.50` for two digits), so
 * that what a database reports can be compared with what the code says. `text` is without quotes.
 * @throws Refusal when the type cannot hold it.
 */
export function normalizeLiteral(column: ColumnType, text: string): string {
  switch (column.kind) {
    case 'integer':
      return String(encodeColumn(column, wholeNumber(text)));
    case 'float':
      if (text.trim() === '' || !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text)) throw new Refusal('is not a number');
      encodeColumn(column, Number(text));
      return String(Number(text));
    case 'bool':
      if (/^(true|1)$/i.test(text)) return '1';
      if (/^(false|0)$/i.test(text)) return '0';
      throw new Refusal('is not true or false');
    case 'uuid':
    case 'json':
    case 'bytes':
    case 'text':
      throw new Refusal('is not possible: an attribute of this type can only have the default null');
    case 'native':
      return text;
    default:
      return String(encodeColumn(column, text));
  }
}

/** Also `1e3` and `5.0`, which a server takes for whole numbers. */
function wholeNumber(text: string): bigint {
  const [, sign = '', digits = '', fraction = '', exponent = '0'] = /^([+-]?)(\d+)(?:\.(\d*))?(?:e\+?(\d{1,2}))?$/i.exec(text) ?? [];
  const shift = Number(exponent) - fraction.length;
  const all = digits + fraction;
  const isWhole = shift >= 0 || /^0*$/.test(all.slice(shift));
  if (digits === '' || !isWhole) throw new Refusal('is not a whole number');
  return BigInt(`${sign === '-' ? '-' : ''}${shift >= 0 ? all + '0'.repeat(shift) : all.slice(0, shift)}`);
}
