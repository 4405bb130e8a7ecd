import { Connection, type ConnectionSpec, type OpenOptions, openDatabase } from '../database';
import { resolveConnection } from '../settings';
import { heldForDeclarations } from './declarations';
import { registeredTables } from './registry';

let current: Promise<Connection> | null = null;
/** What `chooseDatabase` was given. */
let chosen: { readonly spec: ConnectionSpec; readonly options: OpenOptions } | null = null;

/**
 * The connection that schemas use unless they are given another: the one of `connect`, else the one of
 * `chooseDatabase`, else the one that the environment and the settings files lead to, else the embedded database of the
 * working folder.
 */
export async function defaultConnection(): Promise<Connection> {
  await heldForDeclarations();
  current ??= chosen === null ? open(resolveConnection({ cwd: process.cwd(), env: process.env }), {}) : open(chosen.spec, chosen.options);
  return await current;
}

/**
 * For a program that runs pipelines: opens the database that it was told of, and lets every later use open that one as well
 * instead of what the settings say, also after the pipeline has called `disconnect`.
 */
export async function chooseDatabase(spec: ConnectionSpec, options: OpenOptions = {}): Promise<Connection> {
  await disconnect();
  chosen = { spec, options };
  return await defaultConnection();
}

/** Opens a database and makes it the default connection, closing the former one. */
export async function connect(spec: ConnectionSpec, options: OpenOptions = {}): Promise<Connection> {
  await disconnect();
  current = open(spec, options);
  return await current;
}

/** Closes the default connection, if one is open. The next use opens it again. */
export async function disconnect(): Promise<void> {
  await heldForDeclarations();
  const closing = current;
  current = null;
  if (closing === null) return;
  const connection = await closing;
  // Classes find their tables anew on the next connection.
  for (const binding of registeredTables()) if (binding.connection === connection) binding.forget();
  await connection.close();
}

/**
 * Runs `work` in a transaction of the default connection: all that it inserts, updates and deletes is kept when it
 * resolves, and nothing when it rejects.
 * @throws DataJointError `not_allowed` inside another transaction or a make().
 */
export async function transaction<T>(work: () => Promise<T>): Promise<T> {
  return await (await defaultConnection()).transaction(work);
}

async function open(spec: ConnectionSpec, options: OpenOptions): Promise<Connection> {
  try {
    return new Connection(await openDatabase(spec, options));
  } catch (error) {
    current = null;
    throw error;
  }
}
