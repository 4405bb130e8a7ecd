/** What a window or a terminal does with the server of a folder. */
import { spawn } from 'node:child_process';
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
  if (record === null || password === null || recordedPid(files) === null) return false;
  return await ping({ port: record.port, password }).then(
    () => true,
    () => false,
  );
}

/** How the server is now. */
export async function serverState(files: ServerFiles): Promise<ServerState> {
  const seen: ServerState[] = [];
  const following = await followServer(files, 'look', (state) => seen.push(state));
  following?.close();
  return seen[0] ?? restingState(files);
}

/**
 * Starts a keeper, which starts the server; it is done when there is a keeper, and `followServer` tells the rest.
 * @throws DataJointError `access` or `storage_full` when the folder cannot be written
 */
export async function startKeeper(files: ServerFiles, { djw, node, env, idleMs, password }: StartOptions): Promise<void> {
  if (!existsSync(files.folder)) throw new DataJointError('access', `The folder ${files.folder} is not there any more.`);
  const args = ['--disable-warning=ExperimentalWarning', djw, 'server', keepWord, files.folder];
  const child = spawn(node, args, { cwd: files.folder, env, detached: true, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  const answer = await new Promise<KeeperAnswer>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve({ kind: 'refused', message: 'The local server could not be started: its keeper ended at once.' }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify({ idleMs, password } satisfies KeeperOrder));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as KeeperAnswer));
  });
  child.stdout.destroy();
  child.unref();
  if (answer.kind === 'refused') throw new DataJointError('access', answer.message);
}

/**
 * Starts the server, or finds the one that runs, and waits until it answers.
 * @param onState hears how it goes
 * @returns the state `running`, or how else it ended
 */
export async function startServer(files: ServerFiles, options: StartOptions, onState: (state: ServerState) => void = () => undefined): Promise<ServerState> {
  let last: ServerState = restingState(files);
  await startKeeper(files, options);
  return await new Promise<ServerState>((resolve, reject) => {
    let following: Following | null = null;
    const hear = (state: ServerState): void => {
      last = state;
      onState(state);
      if (state.kind !== 'running' && !isOver(state)) return;
      resolve(state);
      following?.close();
    };
    followServer(files, 'look', hear).then((found) => {
      following = found;
      if (found === null) resolve(restingState(files));
      else if (last.kind === 'running') found.close();
      else void found.ended.then(() => resolve(restingState(files)));
    }, reject);
  });
}

/**
 * Ends the server and waits until it has ended.
 * @returns false when it did not run
 */
export async function stopServer(files: ServerFiles, options: StartOptions): Promise<boolean> {
  if ((await followServer(files, 'look', () => undefined).then(letGo)) === null) {
    if (!(await isOrphaned(files))) return false;
    await startKeeper(files, options);
  }
  const following = await followServer(files, 'stop', () => undefined);
  await following?.ended;
  return true;
}

function letGo(following: Following | null): Following | null {
  following?.close();
  return following;
}
