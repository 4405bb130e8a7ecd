import {
  DataJointError,
  DuplicateError,
  type ErrorCode,
  IntegrityError,
  LostConnectionError,
  messageOf,
  UnknownAttributeError,
} from '../../errors';
import type { SqlRow, Statement } from '../contract';
import { duplicateSentence, missingParentSentence } from './culprit';
import { errnoOf, isInterrupted, isLost } from './errorCodes';
import { readForeignKey } from './foreignKeyMessage';
import { incompatibleKeySentence } from './incompatibleKey';
import { PacketTooLarge } from './packet';
import { calledFunctions, withSchema } from './statementNames';

/** What a translation may ask the database to make its sentence say more. */
export interface ErrorContext {
  readonly label: string;
  readonly statement: Statement;
  /** The id of the session whose transaction the statement belongs to. */
  readonly session?: number;
  /** Runs a query where the failed statement ran. */
  readonly look: (statement: Statement) => Promise<SqlRow[]>;
}

/**
 * Conflicts that pass by themselves: lock wait timeout, deadlock, and MariaDB's "record has changed since last read"
 * (1020, innodb_snapshot_isolation).
 */
const TRANSIENT = new Set([1020, 1205, 1213]);

export function isTransient(thrown: unknown): boolean {
  return thrown instanceof DataJointError && thrown.code === 'busy' && TRANSIENT.has(errnoOf(thrown.cause));
}

/** True when the error has ended the transaction that it came up in. */
export function endsTransaction(thrown: unknown): boolean {
  return (
    isLost(thrown) ||
    (thrown instanceof DataJointError && (errnoOf(thrown.cause) === 1213 || errnoOf(thrown.cause) === 1020))
  );
}

/** The only place where a statement's error becomes the engine's. What is a DataJointError already passes through. */
export async function translateError(thrown: unknown, context: ErrorContext): Promise<DataJointError> {
  if (thrown instanceof DataJointError) return thrown;
  const options = { cause: thrown };
  if (isLost(thrown)) {
    const { label, session } = context;
    if (session !== undefined) return sessionLost(label, session, options);
    return new LostConnectionError(`The connection to ${label} was lost: try again when the server answers.`, options);
  }
  if (thrown instanceof PacketTooLarge) return new DataJointError('invalid_value', tooLargeSentence(context.label, thrown), options);
  const errno = errnoOf(thrown);
  const text = messageOf(thrown);
  switch (errno) {
    case 1062: // ER_DUP_ENTRY
    case 1586: // ER_DUP_ENTRY_WITH_KEY_NAME
      return new DuplicateError(await duplicateSentence(text, context), options);
    case 1216:
    case 1452: // ER_NO_REFERENCED_ROW_2
      return new IntegrityError(await missingParentSentence(text, context), options);
    case 1217:
    case 1451: // ER_ROW_IS_REFERENCED_2
    case 1701:
    case 3730: // ER_FK_CANNOT_DROP_PARENT
      return new IntegrityError(referencedSentence(text), options);
    case 1054: {
      // ER_BAD_FIELD_ERROR
      const name = /Unknown column '([^']*)'/.exec(text)?.[1] ?? '';
      return new UnknownAttributeError(`There is no attribute ${name}.`, options);
    }
    case 3780: // ER_FK_INCOMPATIBLE_COLUMNS
      return new DataJointError('definition', await incompatibleKeySentence(context.statement, context.look), options);
    case 1005: // ER_CANT_CREATE_TABLE
      if (!/errno: 150\b/.test(text)) break;
      return new DataJointError('definition', await incompatibleKeySentence(context.statement, context.look), options);
  }
  const [code, sentence] = plainError(errno, text, context);
  return new DataJointError(code, sentence, options);
}

/** What becomes of the work of a session that has ended. */
export function sessionLost(label: string, session: number, options?: ErrorOptions): LostConnectionError {
  const sentence = `Session ${session} on ${label} was killed or cut off, and what it had not committed was undone.`;
  return new LostConnectionError(sentence, options);
}

function plainError(
  errno: number,
  text: string,
  { label, statement }: ErrorContext,
): [code: ErrorCode, sentence: string] {
  const column =
    /column '([^']*)'/i.exec(text)?.[1] ??
    /for column [^.]*\.[^.]*\.`([^`]*)`/.exec(text)?.[1] ??
    /[Ff]ield '([^']*)'/.exec(text)?.[1] ??
    'an attribute';
  if (isInterrupted(errno)) return ['query', `The query was stopped on ${label} before it ended.`];
  switch (errno) {
    case 1048: // ER_BAD_NULL_ERROR
    case 1364: // ER_NO_DEFAULT_FOR_FIELD
      return ['missing_value', `${column} needs a value, and the statement gives none.`];
    case 1264: // ER_WARN_DATA_OUT_OF_RANGE
      return ['invalid_value', `A value for ${column} is outside the range of its type.`];
    case 1406: // ER_DATA_TOO_LONG
      return ['invalid_value', `A value for ${column} is longer than its type holds.`];
    case 1265: // WARN_DATA_TRUNCATED
    case 1292: // ER_TRUNCATED_WRONG_VALUE
    case 1366: // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
    case 1690: // ER_DATA_OUT_OF_RANGE
      return ['invalid_value', `A value for ${column} does not fit its type: ${unquoted(text)}.`];
    case 3819: // ER_CHECK_CONSTRAINT_VIOLATED
    case 4025: // ER_CONSTRAINT_FAILED
      return [
        'invalid_value',
        `A value for ${/(?:constraint|CONSTRAINT) [`']([^`']*)[`']/.exec(text)?.[1] ?? column} does not fit its type.`,
      ];
    case 3140: // ER_INVALID_JSON_TEXT
      return ['invalid_value', `A value for ${column.replace(/^.*\./, '')} does not fit its type: it is not JSON.`];
    case 3854: // ER_CANNOT_CONVERT_STRING
    case 3988: {
      // ER_IMPOSSIBLE_STRING_CONVERSION
      const characters = /into ([^_\s]+)/.exec(text)?.[1];
      return [
        'invalid_value',
        'A value does not fit its type: it has characters that the character set of its attribute' +
          `${characters === undefined ? '' : ` (${characters})`} lacks.`,
      ];
    }
    case 1153: // ER_NET_PACKET_TOO_LARGE
      return ['invalid_value', tooLargeSentence(label)];
    case 1390: // ER_PS_MANY_PARAM
      return ['query', 'The statement has more than 65,535 values: restrict by fewer, or by a query that gives them.'];
    case 1146: // ER_NO_SUCH_TABLE
    case 1051: // ER_BAD_TABLE_ERROR
      return ['unknown_table', `The database has no table ${/[Tt]able '([^']*)'/.exec(text)?.[1] ?? ''}.`];
    case 1049: // ER_BAD_DB_ERROR
    case 1008: // ER_DB_DROP_EXISTS
      return ['unknown_table', `The database has no schema ${/database '([^']*)'/.exec(text)?.[1] ?? ''}.`];
    case 1044: // ER_DBACCESS_DENIED_ERROR
    case 1045: // ER_ACCESS_DENIED_ERROR
    case 1095: // ER_KILL_DENIED_ERROR
    case 1142: // ER_TABLEACCESS_DENIED_ERROR
    case 1143: // ER_COLUMNACCESS_DENIED_ERROR
    case 1227: // ER_SPECIFIC_ACCESS_DENIED_ERROR
    case 1370: // ER_PROCACCESS_DENIED_ERROR
      return [
        'access',
        `The account lacks a privilege (${lackingPrivilege(text, statement.sql)}): ask the administrator of ${label}.`,
      ];
    case 1290: // ER_OPTION_PREVENTS_STATEMENT
    case 1792: // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    case 1836: // ER_READ_ONLY_MODE
      return ['access', `${label} can only be read here: nothing can be written.`];
    case 1205: // ER_LOCK_WAIT_TIMEOUT
      return ['busy', `Another session on ${label} has held a row for too long: try again when it is done.`];
    case 1213: // ER_LOCK_DEADLOCK
    case 1020: // ER_CHECKREAD
      return [
        'busy',
        `Another session on ${label} changed the same rows at the same time, and this transaction was undone: ` +
          'try again.',
      ];
    case 1040: // ER_CON_COUNT_ERROR
    case 1203: // ER_TOO_MANY_USER_CONNECTIONS
      return ['busy', `${label} serves as many users as it can: try again later.`];
    case 1461: // ER_MAX_PREPARED_STMT_COUNT_REACHED
      return ['busy', statementsSentence(label)];
    case 1021: // ER_DISK_FULL
    case 1114: // ER_RECORD_FILE_FULL
    case 3: // EE_WRITE
      return ['storage_full', `No space is left on ${label}: free some disk space and try again.`];
    case 1046: // ER_NO_DB_ERROR: for MySQL a function that it does not know is one of the default database
      return ['query', unknownFunctionSentence(statement.sql)];
    case 1064: {
      // ER_PARSE_ERROR
      const near = /near '(.*)' at line \d+$/s.exec(text)?.[1] ?? '';
      return [
        'query',
        `The database cannot read the statement${near === '' ? '' : ` near “${near.slice(0, 40)}”`}: check its SQL.`,
      ];
    }
    case 0:
      return ['query', `The statement cannot be sent to ${label}: ${unquoted(text)}.`];
    default:
      return ['query', `The database cannot run this statement: ${unquoted(text)}.`];
  }
}

/** The sizes are known of a statement that was not sent. */
function tooLargeSentence(label: string, sizes?: PacketTooLarge): string {
  const count = (bytes: number): string => bytes.toLocaleString('en-US');
  const values =
    sizes === undefined
      ? `The values are larger than ${label} takes in one statement (its max_allowed_packet)`
      : `The values take ${count(sizes.bytes)} bytes in one statement, of which ${label} takes less than ` +
        `${count(sizes.limit)} (its max_allowed_packet)`;
  return `${values}: insert fewer or smaller values at once, or let its administrator raise the limit and connect again.`;
}

/** What a connection is refused with as well. */
export function statementsSentence(label: string): string {
  return (
    `${label} keeps as many prepared statements as it allows: end other programs that use it, or let its administrator ` +
    'raise max_prepared_stmt_count.'
  );
}

function unknownFunctionSentence(sql: string): string {
  const called = calledFunctions(sql).join(', ');
  return called === ''
    ? 'The statement names a table without its schema: write schema.table.'
    : `The database does not know a function that the statement calls (${called}): check its name.`;
}

/**
 * ``SELECT command denied to user 'a'@'b' for table `c`.`d` `` as `select on c.d`, and likewise. MySQL names no schema
 * (`for table 'd'`, `for column 'e' in table 'd'`): that is read from the statement.
 */
function lackingPrivilege(text: string, sql: string): string {
  const [, command, kind = '', object] =
    /^(\w[\w, ]*) command denied to user .* for (table|column|routine) (.*)$/i.exec(text) ?? [];
  if (command !== undefined && object !== undefined) {
    const [name = '', table] = object.replace(/[`']/g, '').split(' in table ');
    const full = (each: string): string => (each.includes('.') ? each : withSchema(each, sql));
    if (table !== undefined) return `${command.toLowerCase()} on ${name} of ${full(table)}`;
    return `${command.toLowerCase()} on ${kind.toLowerCase() === 'table' ? full(name) : name}`;
  }
  const schema = /to database '([^']*)'/.exec(text)?.[1];
  return schema === undefined ? unquoted(text) : `on the schema ${schema}`;
}

/** `… fails (`a`.`child`, CONSTRAINT `x` FOREIGN KEY (`k`) REFERENCES `parent` (`k`) …)` as a sentence. */
function referencedSentence(text: string): string {
  const key = readForeignKey(text);
  if (key === null) return 'Rows of another table refer to these rows: delete those first.';
  const columns = key.childColumns.join(', ');
  return `Rows of ${key.child} refer to these rows of ${key.parent} with ${columns}: delete those first.`;
}

/** The server's text without its final point, so that a sentence can go on after it. */
function unquoted(text: string): string {
  return text.replace(/[.\s]+$/, '');
}
