/** What a window or a terminal does with the server of a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DataJointError } from '../engine';
import { readAccount } from './account';
import { lastKeeper } from './claim';
import { type Following, followKeeper, type Wish } from './control';
import { readRecord, type ServerFiles } from './files';
import type { KeeperAnswer, KeeperOrder } from './keeper';
import { ping } from './ping';
import { recordedPid } from './serverProcess';
import { isOver, type ServerState } from './state';

/** `djw server keep FOLDER` is a keeper. Not for people. */
export const keepWord = 'keep';

export interface StartOptions extends KeeperOrder {
  /** The file of `djw`. */
  readonly djw: string;
  /** The Node that runs it, and what that needs in its environment. */
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Follows the server while somebody keeps it.
 * @param wish `watch` keeps it going; `look` does not
 * @returns null when nobody keeps it: see `restingState`
 */
export async function followServer(files: ServerFiles, wish: Wish, onState: (state: ServerState) => void): Promise<Following | null> {
  const address = lastKeeper(files);
  return address === null ? null : followKeeper(address, wish, onState);
}

/** How a server is that nobody keeps. */
export function restingState(files: ServerFiles): ServerState {
  const record = readRecord(files);
  if (record === null) return { kind: 'absent' };
  return record.problem === null ? { kind: 'stopped' } : { kind: 'failed', message: record.problem };
}

/** True for a server that has lost its keeper and still runs: to start it is to keep it again. */
export async function isOrphaned(files: ServerFiles): Promise<boolean> {
  const record = readRecord(files);
  const { password } = readAccount(files.folder);
  // The process of a container has no number here; its certificate tells whose it is.
  if (record === null || password === null || (record.kind !== 'docker' && recordedPid(files) === null)) return false;
  return await ping({ port: record.port, password, certificate: files.certificate }).then(
    () => true,
    () => false,
  );
}

/** How the server is now. One that has lost its keeper runs as well: see `isOrphaned`. */
export async function serverState(files: ServerFiles): Promise<ServerState> {
  const seen: ServerState[] = [];
  const following = await followServer(files, 'look', (state) => seen.push(state));
  following?.close();
  const record = readRecord(files);
  if (seen[0] !== undefined || record === null || !(await isOrphaned(files))) return seen[0] ?? restingState(files);
  return { kind: 'running', port: record.port, product: record.product, pid: recordedPid(files) };
}

/**
 * Starts a keeper, which starts the server; it is done when there is a keeper, and `followServer` tells the rest.
 * @returns false when another process keeps it already
 * @throws DataJointError `access` or `storage_full` when the folder cannot be written
 */
export async function startKeeper(files: ServerFiles, { djw, node, env, idleMs, password }: StartOptions): Promise<boolean> {
  if (!existsSync(files.folder)) throw new DataJointError('access', `The folder ${files.folder} is not there any more.`);
  const args = ['--disable-warning=ExperimentalWarning', djw, 'server', keepWord, files.folder];
  const child = spawn(node, args, { cwd: files.folder, env, detached: true, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  const answer = await new Promise<KeeperAnswer>((resolve, reject) => {
    child.once('error', reject);
    // Not at its exit: what it has said may not have been read by then.
    child.once('close', () => resolve({ kind: 'refused', message: 'The local server could not be started: its keeper ended at once.' }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify({ idleMs, password } satisfies KeeperOrder));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as KeeperAnswer));
  });
  child.stdout.destroy();
  child.unref();
  if (answer.kind === 'refused') throw new DataJointError('access', answer.message);
  return answer.kind === 'keeping';
}

/**
 * Starts the server, or finds the one that runs, and waits until it answers.
 * @param onState hears how it goes
 * @returns the state `running`, or how else it ended
 */
export async function startServer(files: ServerFiles, options: StartOptions, onState: (state: ServerState) => void = () => undefined): Promise<ServerState> {
  for (;;) {
    const isOurs = await startKeeper(files, options);
    const { first, last } = await settled(files, onState);
    // Another's that was just ending: now there is room for a new one.
    if (isOurs || first?.kind !== 'stopping') return last;
  }
}

/** Follows until the server answers or has ended. */
async function settled(files: ServerFiles, onState: (state: ServerState) => void): Promise<{ readonly first: ServerState | undefined; readonly last: ServerState }> {
  const heard: ServerState[] = [];
  const answers = new AbortController();
  const following = await followServer(files, 'look', (state) => {
    heard.push(state);
    onState(state);
    if (state.kind === 'running') answers.abort();
  });
  if (following !== null) {
    if (!answers.signal.aborted) await Promise.race([following.ended, once(answers.signal, 'abort')]);
    following.close();
  }
  const last = heard.at(-1);
  return { first: heard[0], last: last !== undefined && (last.kind === 'running' || isOver(last)) ? last : restingState(files) };
}

/**
 * Ends the server and waits until it has ended.
 * @returns false when it did not run
 */
export async function stopServer(files: ServerFiles, options: StartOptions): Promise<boolean> {
  let following = await followServer(files, 'stop', () => undefined);
  if (following === null) {
    if (!(await isOrphaned(files))) return false;
    await startKeeper(files, options);
    following = await followServer(files, 'stop', () => undefined);
  }
  await following?.ended;
  return true;
}
