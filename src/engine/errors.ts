/**
 * Everything the engine can complain about. A message is one sentence for a person: what was wrong, where, and what to
 * do. `code` is stable: programs may branch on it, tests assert it, and it never changes its meaning.
 */
export type ErrorCode =
  | 'definition' // a table definition that cannot be read
  | 'definition_mismatch' // the definition in the code and the table in the database disagree
  | 'unknown_table' // a table, class or parent that nobody declared
  | 'unknown_attribute' // an attribute name that the table or query does not have
  | 'invalid_value' // a value that the attribute's type cannot hold
  | 'missing_value' // a required attribute without a value
  | 'duplicate' // a row with the same primary or unique key exists
  | 'integrity' // a foreign key would be broken
  | 'query' // an expression that makes no sense: wrong row count for fetch1, ambiguous join, bad SQL text
  | 'not_allowed' // refused by a DataJoint rule (insert outside make, delete of a part without its master, …)
  | 'access' // missing privilege, read-only file, refused login
  | 'busy' // another process holds the lock for too long
  | 'storage_full' // no space left
  | 'corrupt' // a database file or a stored value that cannot be read
  | 'unreachable' // the server cannot be reached
  | 'connection_lost' // the session ended while it was needed
  | 'reservation_lost' // another worker or a person took the job away while it was being made
  | 'make_missing' // a Computed or Imported table without make()
  | 'pipeline' // a pipeline file that cannot be found or loaded
  | 'usage'; // arguments that make no sense

/** How many frames an error of the engine keeps: Node's ten end within the engine, before the line of the pipeline. */
const FRAMES = 50;

/** The base of every error that the engine raises on purpose. */
export class DataJointError extends Error {
  override readonly name: string = 'DataJointError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Math.max(stackTraceLimit, FRAMES);
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A definition that cannot be read. `line` counts from 1 within the definition text; 0 when it is about the whole. */
export class DefinitionError extends DataJointError {
  override readonly name: string = 'DefinitionError';
  constructor(
    message: string,
    readonly line: number = 0,
    options?: { cause?: unknown },
  ) {
    super('definition', message, options);
  }
}

/** A row with the same primary or unique key already exists. */
export class DuplicateError extends DataJointError {
  override readonly name: string = 'DuplicateError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('duplicate', message, options);
  }
}

/** An insert, update or delete would break a foreign key. */
export class IntegrityError extends DataJointError {
  override readonly name: string = 'IntegrityError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('integrity', message, options);
  }
}

/** A server that asks for the password and has not proved who it is: what it shows a person may accept. Code `access`. */
export class UnverifiedServerError extends DataJointError {
  override readonly name: string = 'UnverifiedServerError';
  constructor(
    message: string,
    /** Of the server's key: `SHA256:…`. */
    readonly fingerprint: string,
    options?: { cause?: unknown },
  ) {
    super('access', message, options);
  }
}

/** An attribute name that the table or the query does not have. */
export class UnknownAttributeError extends DataJointError {
  override readonly name: string = 'UnknownAttributeError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('unknown_attribute', message, options);
  }
}

/** The session ended while it was needed; an open transaction is gone with it. */
export class LostConnectionError extends DataJointError {
  override readonly name: string = 'LostConnectionError';
  constructor(message: string, options?: { cause?: unknown }) {
    super('connection_lost', message, options);
  }
}

/** The one sentence of anything that was thrown, also of things that are not errors. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message;
  try {
    return String(thrown);
  } catch {
    return 'Something without a text was thrown.';
  }
}
