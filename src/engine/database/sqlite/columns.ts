import type { Attribute, ColumnType, DefaultValue } from '../model';
import { quoteIdentifier, quoteText } from './quote';
import { nowText } from './time';

/** Digits that a double holds exactly; decimals with more are kept as text. */
const DOUBLE_DIGITS = 15;
const FLOAT32_MAX = '3.4028234663852886e38';
const FLOAT64_MAX = '1.7976931348623157e308';

/** The type of a column in a STRICT table. */
export function storageType(column: ColumnType): 'INT' | 'REAL' | 'TEXT' | 'BLOB' | 'ANY' {
  switch (column.kind) {
    case 'integer':
    case 'bool':
      return 'INT';
    case 'float':
      return 'REAL';
    case 'decimal':
      return column.precision <= DOUBLE_DIGITS ? 'REAL' : 'TEXT';
    case 'uuid':
    case 'bytes':
      return 'BLOB';
    case 'native':
      return 'ANY';
    default:
      return 'TEXT';
  }
}

/**
 * One column as it stands in CREATE TABLE. `INT` and not `INTEGER` for whole numbers: an INTEGER PRIMARY KEY would be
 * filled in by SQLite when the value is missing, which only an auto-incremented attribute may do.
 */
export function columnDefinition(table: string, attribute: Attribute): string {
  const name = quoteIdentifier(attribute.name);
  if (attribute.autoIncrement) return `${name} INTEGER PRIMARY KEY AUTOINCREMENT${check(table, attribute)}`;
  const nullable = attribute.nullable ? '' : ' NOT NULL';
  const value = attribute.default === null ? '' : ` DEFAULT ${defaultSql(attribute.column, attribute.default)}`;
  return `${name} ${storageType(attribute.column)}${nullable}${value}${check(table, attribute)}`;
}

/** The CHECK that refuses what the type cannot hold. SQLite's message is its name: the column and its type. */
function check(table: string, attribute: Attribute): string {
  const condition = conditionOf(quoteIdentifier(attribute.name), attribute.column);
  if (condition === null) return '';
  const name = `${table}.${attribute.name}: ${attribute.declaredType}`;
  return ` CONSTRAINT ${quoteIdentifier(name)} CHECK (${condition})`;
}

function conditionOf(name: string, column: ColumnType): string | null {
  switch (column.kind) {
    case 'integer':
      return integerCondition(name, column.bits, column.unsigned);
    case 'bool':
      return `${name} IN (0, 1)`;
    case 'float':
      return `abs(${name}) <= ${column.bits === 32 ? FLOAT32_MAX : FLOAT64_MAX}`;
    case 'decimal': {
      const limit = `1${'0'.repeat(column.precision - column.scale)}.0`;
      const size = column.modifier === undefined ? `abs(CAST(${name} AS REAL))` : `CAST(${name} AS REAL) >= 0 AND CAST(${name} AS REAL)`;
      const inRange = `${size} < ${limit}`;
      if (column.precision <= DOUBLE_DIGITS) return inRange;
      const digits = `ltrim(${name}, '-')`;
      const count = `length(replace(${digits}, '.', ''))`;
      return `${name} NOT GLOB '*[^0-9.${column.modifier === undefined ? '-' : ''}]*' AND ${count} BETWEEN 1 AND ${column.precision}`;
    }
    case 'char':
    case 'varchar':
      return `length(${name}) <= ${column.length}`;
    case 'enum':
      return `${name} IN (${column.values.map(quoteText).join(', ')})`;
    case 'date':
      return `${name} GLOB '${DATE}' AND date(${name}) IS ${name}`;
    case 'datetime':
    case 'timestamp': {
      const seconds = `substr(${name}, 1, 19)`;
      return `${name} GLOB '${DATE} ${CLOCK}${fraction(column.precision)}' AND datetime(${seconds}) IS ${seconds}`;
    }
    case 'time': {
      // MySQL's TIME is a duration: a sign and up to 838 hours.
      const unsigned = `ltrim(${name}, '-')`;
      const tail = `${CLOCK.slice(10)}${fraction(column.precision)}`;
      const shapes = [`[0-9][0-9]${tail}`, `[0-9][0-9][0-9]${tail}`].map((shape) => `${unsigned} GLOB '${shape}'`);
      const oneSign = `length(${name}) - length(${unsigned}) <= 1`;
      return `(${shapes.join(' OR ')}) AND ${oneSign} AND CAST(${unsigned} AS INTEGER) <= 838`;
    }
    case 'uuid':
      return `length(${name}) = 16`;
    case 'json':
      return `json_valid(${name})`;
    case 'text':
    case 'bytes':
    case 'native':
      return null;
  }
}

const DATE = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';
const CLOCK = '[0-9][0-9]:[0-5][0-9]:[0-5][0-9]';

function fraction(precision: number): string {
  return precision === 0 ? '' : `.${'[0-9]'.repeat(precision)}`;
}

/** Whole numbers here have 64 bits at most and a sign, so an unsigned 64-bit attribute holds up to 2^63-1. */
function integerCondition(name: string, bits: number, unsigned: boolean): string | null {
  if (bits === 64) return unsigned ? `${name} >= 0` : null;
  return unsigned
    ? `${name} BETWEEN 0 AND ${2 ** bits - 1}`
    : `${name} BETWEEN ${-(2 ** (bits - 1))} AND ${2 ** (bits - 1) - 1}`;
}

/** A default as an SQL expression. */
export function defaultSql(column: ColumnType, value: DefaultValue): string {
  if (value.kind === 'null') return 'NULL';
  if (value.kind === 'expression') return `(${value.sql})`;
  if (value.kind === 'now') return `(${nowDefault(column, value.precision)})`;
  const { text } = value;
  switch (column.kind) {
    case 'bool':
      return /^(1|true)$/i.test(text) ? '1' : '0';
    case 'integer':
    case 'float':
      return isNumber(text) ? text : quoteText(text);
    case 'decimal':
      return storageType(column) === 'REAL' && isNumber(text) ? text : quoteText(text);
    case 'uuid':
      return `X'${text.replaceAll('-', '')}'`;
    case 'bytes':
      return `X'${Buffer.from(text).toString('hex')}'`;
    case 'datetime':
    case 'timestamp':
      return quoteText(datetimeText(text, column.precision));
    case 'time':
      return quoteText(withFraction(text, column.precision));
    case 'native':
      return isNumber(text) ? text : quoteText(text);
    default:
      return quoteText(text);
  }
}

function nowDefault(column: ColumnType, precision: number): string {
  if (column.kind === 'date') return "date('now')";
  return column.kind === 'time' ? `substr(${nowText(precision)}, 12)` : nowText(precision);
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

/** A date alone means its midnight, as MySQL reads it. */
function datetimeText(text: string, precision: number): string {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text.replace('T', ' ');
  return withFraction(full, precision);
}

function withFraction(text: string, precision: number): string {
  const [seconds = '', digits = ''] = text.split('.');
  return precision === 0 ? seconds : `${seconds}.${digits.padEnd(precision, '0').slice(0, precision)}`;
}
