import { type Action, askLine, confirm, log, offer, sentenceOf, withProgress } from '../host';
import { addressOf, type Connections, type DatabaseConnection, diagnose, type ServerInput, specOf } from '../connections';
import type { Channel } from '../../engine';
import { plural } from '../words';
import { askServer, newServer } from './askServer';

/** Asks for a server and adds it to the tree once it can be used, or when the person wants it all the same. */
export async function addServer(connections: Connections, start: ServerInput = newServer): Promise<void> {
  const input = await askServer('Add Connection', start, false);
  if (input !== undefined) await tryToAdd(connections, input);
}

async function tryToAdd(connections: Connections, input: ServerInput): Promise<void> {
  const found = await examine(input);
  if (found === null) return;
  if (typeof found === 'string') {
    await connections.add(input);
    void offer('info', found, []);
    return;
  }
  const { fingerprint } = found;
  const trust: Action[] = fingerprint === null ? [] : [{ title: 'Trust This Key', run: () => tryToAdd(connections, { ...input, serverKey: fingerprint }) }];
  void offer('error', found.problem, [
    ...trust,
    { title: 'Edit…', run: () => addServer(connections, input) },
    { title: 'Try Again', run: () => tryToAdd(connections, input) },
    { title: 'Add Anyway', run: () => connections.add(input) },
  ]);
}

/** Asks for a server's settings again; a password that is not typed stays as it is. */
export async function editServer(connections: Connections, connection: DatabaseConnection, start?: ServerInput): Promise<void> {
  const stored = connections.servers.get(connection.id);
  if (stored === undefined) return;
  // Without its password a server can still be edited: the new one is asked for.
  const known = start ?? (await connections.servers.input(connection.id).catch(() => ({ ...stored, password: '' })));
  const input = await askServer('Edit Connection', known, known.password !== '');
  if (input === undefined) return;
  await connections.edit(connection, input);
  const { state } = connection;
  if (state.kind !== 'problem') return;
  void offer('error', state.message, [
    { title: 'Edit…', run: () => editServer(connections, connection, input) },
    { title: 'Try Again', run: () => connections.connect(connection) },
  ]);
}

export async function renameServer(connections: Connections, connection: DatabaseConnection): Promise<void> {
  const stored = connections.servers.get(connection.id);
  if (stored === undefined) return;
  const name = await askLine({
    title: 'Rename Connection',
    prompt: 'Name of the connection. Leave empty for its address.',
    placeholder: addressOf(stored),
    value: stored.name,
  });
  if (name !== undefined) await connections.rename(connection, name.trim());
}

export async function removeServer(connections: Connections, connection: DatabaseConnection): Promise<void> {
  const detail = 'Its settings and its password are forgotten here. Nothing changes on the server.';
  if (await confirm(`Remove the connection ${connection.label}?`, detail, 'Remove')) await connections.remove(connection);
}

/** Logs in anew, whatever state the connection is in, and says how that went. */
export async function testConnection(connections: Connections, connection: DatabaseConnection): Promise<void> {
  const found = await waiting(connection.label, async () => diagnosis(await connection.resolved()));
  if (found === null) return;
  if (typeof found === 'string') {
    void offer('info', found, []);
    return;
  }
  const again: Action = { title: 'Try Again', run: () => testConnection(connections, connection) };
  const edit: Action = { title: 'Edit…', run: () => editServer(connections, connection) };
  void offer('error', found.problem, connection.kind === 'added' ? [edit, again] : [again]);
}

/** A sentence when all is well, the problem otherwise, null when the person did not want to wait. */
type Finding = string | { readonly problem: string; /** Of a key that nobody has accepted. */ readonly fingerprint: string | null } | null;

function examine(input: ServerInput): Promise<Finding> {
  return waiting(addressOf(input), () => diagnosis(specOf(input)));
}

async function diagnosis(spec: Parameters<typeof diagnose>[0]): Promise<string> {
  const { schemas, milliseconds, channel } = await diagnose(spec);
  const where = spec.kind === 'server' ? addressOf(spec) : 'The embedded database';
  const seen = schemas === 0 ? 'It shows this account no schemas: there are none yet, or privileges are missing.' : '';
  return [`${where} answers in ${milliseconds} ms${schemas > 0 ? ` with ${plural(schemas, 'schema')}` : ''}.`, channelWords[channel], seen].filter((words) => words !== '').join(' ');
}

const channelWords: Readonly<Record<Channel, string>> = {
  file: '',
  plain: 'The connection is not encrypted.',
  encrypted: 'The connection is encrypted; nothing has checked which server answers.',
  verified: "The connection is encrypted, and the server's certificate is checked.",
};

function waiting(name: string, work: () => Promise<string>): Promise<Finding> {
  const given = new AbortController();
  const givenUp = new Promise<null>((resolve) => given.signal.addEventListener('abort', () => resolve(null)));
  return withProgress(
    `Connecting to ${name} …`,
    () => {
      const outcome = work().catch((thrown: unknown) => {
        log().warn(sentenceOf(thrown));
        return { problem: sentenceOf(thrown), fingerprint: fingerprintOf(thrown) };
      });
      return Promise.race<Finding>([outcome, givenUp]);
    },
    () => given.abort(),
  );
}

/** Of the key that an UnverifiedServerError of the engine is about. */
function fingerprintOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'fingerprint' in thrown && typeof thrown.fingerprint === 'string' ? thrown.fingerprint : null;
}
