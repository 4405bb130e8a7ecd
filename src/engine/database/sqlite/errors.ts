import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  DataJointError,
  DuplicateError,
  IntegrityError,
  LostConnectionError,
  UnknownAttributeError,
  type ErrorCode,
} from '../../errors';

/** What a translation may ask the database to make its sentence say more. */
export interface ErrorContext {
  readonly file: string;
  /** Values of the duplicated key in the failed statement: `subject_id=3`; null when that cannot be told. */
  duplicate(table: string, attributes: readonly string[]): string | null;
  /** The sentence about the foreign key that the failed statement would break; null when that cannot be told. */
  brokenReference(): string | null;
}

/** Primary result codes of SQLite, https://sqlite.org/rescode.html */
const ERROR = 1;
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const TOOBIG = 18;
const CONSTRAINT = 19;
const MISMATCH = 20;
const MISUSE = 21;
const AUTH = 23;
const RANGE = 25;
const NOTADB = 26;
const CONSTRAINT_TRIGGER = 1811;

/**
 * The only place where SQLite's errors become the engine's. What is a DataJointError already passes through.
 */
export function translateError(thrown: unknown, context: ErrorContext): DataJointError {
  if (thrown instanceof DataJointError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const fail = (code: ErrorCode, message: string): DataJointError =>
    new DataJointError(code, message, { cause: thrown });
  const number = errcodeOf(thrown);
  switch (number & 0xff) {
    case BUSY:
    case LOCKED:
      return fail('busy', `The database ${context.file} is locked by another process: try again when it is done.`);
    case CONSTRAINT:
      return constraintError(thrown, number, text, context);
    case FULL:
      return storageFull(context.file, thrown);
    case CORRUPT:
      return fail(
        'corrupt',
        `The database ${context.file} is damaged: restore it from a copy, or move it away to start anew.`,
      );
    case NOTADB:
      return fail('corrupt', `The file ${context.file} is not a SQLite database: move it away, or name another file.`);
    case READONLY:
      return fail(
        'access',
        `The database ${context.file} cannot be written: check the permissions of the file and its folder.`,
      );
    case CANTOPEN:
    case PERM:
    case AUTH:
      return fail(
        'access',
        `The database ${context.file} cannot be opened: check that its folder exists and may be read and written.`,
      );
    case IOERR:
      // The file that processes share (-shm) grows by other means, whose failure is no FULL.
      if (isDiskFull(context.file)) return storageFull(context.file, thrown);
      return fail('access', `The database ${context.file} cannot be read or written (${text}): check the disk.`);
    case TOOBIG:
      return fail(
        'invalid_value',
        'A value is too large for the database: it holds up to 1,000,000,000 bytes in one value.',
      );
    case MISMATCH:
      return fail('invalid_value', 'A value has another type than its attribute: a whole number is needed.');
    case ERROR:
    case MISUSE:
    case RANGE:
      return otherError(thrown, text, context);
    default:
      return fail(
        'access',
        `The database ${context.file} failed (${text}): try again, and check the disk if it stays.`,
      );
  }
}

/** What to say when something cannot be made or written beside a database: that the disk is full, else `otherwise`. */
export function writingError(file: string, otherwise: string, cause: unknown): DataJointError {
  return isDiskFull(file) ? storageFull(file, cause) : new DataJointError('access', otherwise, { cause });
}

const storageFull = (file: string, cause: unknown): DataJointError =>
  new DataJointError('storage_full', `No space is left for the database ${file}: free some disk space and try again.`, { cause });

/** Less than the least that SQLite takes at once: 32 kB for a -shm file. */
const LEAST_ROOM = 64 * 1024;

function isDiskFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < LEAST_ROOM;
  } catch {
    return false;
  }
}

/** True for the lock conflicts after which the same work may simply be tried again. */
export function isBusy(thrown: unknown): boolean {
  return thrown instanceof DataJointError && thrown.code === 'busy';
}

/** True for SQLite's own error that somebody else holds the lock. */
export function isLockConflict(thrown: unknown): boolean {
  const primary = errcodeOf(thrown) & 0xff;
  return primary === BUSY || primary === LOCKED;
}

/** True when the failed statement alone was undone and its transaction is still whole and may go on. */
export function leavesTransactionOpen(thrown: unknown): boolean {
  return thrown instanceof DataJointError && STATEMENT_ERRORS.has(thrown.code);
}

const STATEMENT_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'duplicate',
  'integrity',
  'invalid_value',
  'missing_value',
  'query',
  'unknown_table',
  'unknown_attribute',
]);

function constraintError(thrown: unknown, number: number, text: string, context: ErrorContext): DataJointError {
  const columns = /constraint failed: (.*)$/s.exec(text)?.[1] ?? '';
  if (text.startsWith('UNIQUE')) {
    const { table, attributes } = splitColumns(columns);
    const values = context.duplicate(table, attributes);
    const key = values ?? `the same ${attributes.join(', ')}`;
    return new DuplicateError(`${table} already has a row with ${key}.`, { cause: thrown });
  }
  if (text.startsWith('FOREIGN KEY') || number === CONSTRAINT_TRIGGER) {
    const sentence =
      context.brokenReference() ?? 'The statement would leave a row that refers to a missing parent row.';
    return new IntegrityError(sentence, { cause: thrown });
  }
  if (text.startsWith('NOT NULL')) {
    const { table, attributes } = splitColumns(columns);
    return new DataJointError('missing_value', `${table} needs a value for ${attributes.join(', ')}.`, {
      cause: thrown,
    });
  }
  if (text.startsWith('CHECK')) {
    const [column, type] = splitCheckName(columns);
    const { table, attributes } = splitColumns(column);
    return new DataJointError(
      'invalid_value',
      `A value for ${attributes.join()} of ${table} does not fit its type ${type}.`,
      {
        cause: thrown,
      },
    );
  }
  const stored = /^cannot store (\w+) value in (\w+) column (.*)$/s.exec(text);
  if (stored !== null) {
    const { table, attributes } = splitColumns(stored[3] ?? '');
    const message = `A value for ${attributes.join()} of ${table} is ${stored[1]} and its column holds ${stored[2]}.`;
    return new DataJointError('invalid_value', message, { cause: thrown });
  }
  return new IntegrityError(`A constraint of the database ${context.file} refused the statement: ${text}.`, {
    cause: thrown,
  });
}

function otherError(thrown: unknown, text: string, context: ErrorContext): DataJointError {
  const options = { cause: thrown };
  const table = /^no such table: (.*)$/.exec(text)?.[1];
  if (table !== undefined) {
    return new DataJointError('unknown_table', `The database ${context.file} has no table ${table}.`, options);
  }
  const column = /^no such column: (.*)$/.exec(text)?.[1] ?? /has no column named (.*)$/.exec(text)?.[1];
  if (column !== undefined) return new UnknownAttributeError(`There is no attribute ${column}.`, options);
  const sqlFunction = /^no such function: (.*)$/.exec(text)?.[1];
  if (sqlFunction !== undefined) {
    const sentence = `The embedded database has no function ${sqlFunction}: compute the value in code, or with functions that it has.`;
    return new DataJointError('query', sentence, options);
  }
  if (text === 'database is not open') {
    return new LostConnectionError(`The database ${context.file} has been closed.`, options);
  }
  if (text.startsWith('BigInt value is too large')) {
    return new DataJointError(
      'invalid_value',
      'A whole number is outside the 64 bits that the database holds.',
      options,
    );
  }
  return new DataJointError('query', `The database cannot run this statement: ${text}.`, options);
}

/** `ephys.trace.subject, ephys.trace.session` into the table and its attributes; a table name may hold dots. */
function splitColumns(columns: string): { table: string; attributes: string[] } {
  const parts = columns.split(', ').map((column) => {
    const dot = column.lastIndexOf('.');
    return { table: column.slice(0, Math.max(dot, 0)), attribute: column.slice(dot + 1) };
  });
  return { table: parts[0]?.table ?? '', attributes: parts.map((part) => part.attribute) };
}

/** The name of a CHECK constraint: the column and, after a colon, its declared type. See `columnChecks`. */
function splitCheckName(name: string): [column: string, type: string] {
  const colon = name.indexOf(': ');
  return colon < 0 ? [name, ''] : [name.slice(0, colon), name.slice(colon + 2)];
}

function errcodeOf(thrown: unknown): number {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode : ERROR;
}
