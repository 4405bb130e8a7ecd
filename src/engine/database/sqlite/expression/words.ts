import { DataJointError } from '../../../errors';
import { functionCall } from './functions';
import { type Operand, plain } from './operand';

/** A word that is a value by itself. */
export function constant(word: string): Operand {
  if (/^(null|true|false)$/.test(word)) return plain(word.toUpperCase());
  if (/^(current|utc|local)/.test(word)) return functionCall(word, []);
  throw new DataJointError('query', `The word ${word.toUpperCase()} stands in the SQL text where a value should stand.`);
}

/** The text of `DATE '…'`, `TIMESTAMP '…'`, `TIME '…'`. */
export function typedLiteral(type: string, text: string): string {
  const trimmed = text.trim();
  if (type === 'date') return trimmed.slice(0, 10);
  return type === 'timestamp' && /^\d{4}-\d\d-\d\d$/.test(trimmed) ? `${trimmed} 00:00:00` : trimmed;
}

/** `CAST(value AS type)` for a type as MySQL names it. */
export function cast(value: string, type: string, scale: string): string {
  switch (type) {
    case 'signed':
    case 'unsigned':
    case 'integer':
    case 'int':
    case 'year':
      return `mysql_integer(${value})`;
    case 'decimal':
    case 'dec':
      return `round(CAST(${value} AS REAL), ${scale})`;
    case 'float':
    case 'double':
    case 'real':
      return `CAST(${value} AS REAL)`;
    case 'date':
      return `date(${value})`;
    case 'datetime':
      return `datetime(${value})`;
    case 'time':
      return `time(${value})`;
    case 'json':
      return `json(${value})`;
    case 'binary':
      return `CAST(${value} AS BLOB)`;
    case 'char':
    case 'nchar':
    case 'varchar':
      return `CAST(${value} AS TEXT)`;
    default:
      throw new DataJointError('query', `The embedded database cannot convert to ${type.toUpperCase()}.`);
  }
}
