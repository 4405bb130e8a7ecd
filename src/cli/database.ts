/** Which database a command uses, and opening it. */
import { existsSync } from 'node:fs';
import {
  chooseDatabase,
  connect,
  Connection,
  type ConnectionSpec,
  createOverview,
  DataJointError,
  openDatabase,
  type Overview,
  resolveConnection,
} from '../engine';
import { isLocalServer, serverFiles, serverFolder } from '../localServer';
import type { Context } from './command';
import { nameDeclaringFiles } from './declaringFiles';

/** Where a command was given. */
type Place = Pick<Context, 'cwd' | 'database'>;

/** What `--database` says, else the environment and the settings files, else the embedded file of the working folder. */
export function chosenSpec({ database, cwd }: Place): ConnectionSpec {
  return database ?? resolveConnection({ cwd, env: process.env });
}

let inUse: { readonly spec: string; readonly connection: Promise<Connection> } | null = null;

/** Opens the database that the classes of a pipeline will use; once, however many of them ask. */
export async function useDatabase(context: Place, program: string): Promise<Connection> {
  const spec = chosenSpec(context);
  const known = JSON.stringify(spec);
  nameDeclaringFiles(context.cwd);
  // A pipeline that disconnects stays on a database that --database names. Else it may change its own environment and connect anew.
  const open = context.database === undefined ? connect : chooseDatabase;
  if (inUse?.spec !== known) inUse = { spec: known, connection: reaching(spec, context, open(spec, { program })) };
  return await inUse.connection;
}

/** Opens the database to look at it: nothing is created. Null while there is none yet. The caller closes it. */
export async function openToLook(context: Context, program = 'djw'): Promise<Connection | null> {
  const spec = chosenSpec(context);
  if (spec.kind === 'embedded' && !existsSync(spec.file)) return null;
  return new Connection(await reaching(spec, context, openDatabase(spec, { program, readOnly: true })));
}

/** What opens a database; where that is the folder's own server, which does not run, the error says so. */
async function reaching<T>(spec: ConnectionSpec, { cwd }: Place, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    const files = serverFiles(serverFolder(cwd));
    const isStopped = cause instanceof DataJointError && cause.code === 'unreachable' && isLocalServer(spec, files);
    if (!isStopped) throw cause;
    throw new DataJointError('unreachable', `The local server of ${files.folder} is stopped: djw server start starts it.`, { cause });
  }
}

/**
 * Looks at the database.
 * @returns what `work` returns; it gets null while there is no database yet
 */
export async function browse<T>(context: Context, work: (overview: Overview | null, label: string) => Promise<T>): Promise<T> {
  const connection = await openToLook(context);
  if (connection === null) return await work(null, labelOf(chosenSpec(context)));
  try {
    return await work(createOverview(connection), connection.label);
  } finally {
    await connection.close();
  }
}

const labelOf = (spec: ConnectionSpec): string => (spec.kind === 'embedded' ? spec.file : '');
