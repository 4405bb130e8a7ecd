/** The processes of a database server: the one that makes its data, and the one that is it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { userInfo } from 'node:os';
import { isRunning } from '../engine';
import { newPassword } from './account';
import { accountsSql, containerName, initialiseCommand, serveCommand, type ServerCommand, type Starter } from './commands';
import { type ServerFiles, writePrivate, writingProblem } from './files';
import type { Installation } from './installation';
import { closeLog, logLength, logSince, openLog, startProblem } from './log';

/** A server that is starting or running. */
export interface ServerProcess {
  /** Null where it is another machine's number, as with Docker. */
  readonly pid: number | null;
  /** Resolves when it has ended: to how, for a person. */
  readonly ended: Promise<string>;
  /** Asks it to end; resolves when it has. */
  stop(): Promise<void>;
  /** What it has logged since it was started. */
  log(): string;
}

/** A server that finishes its work takes seconds; one that hangs must not stay. */
const stopMs = 60_000;
const lookMs = 500;

/**
 * Makes the data directory. It appears complete or not at all.
 * @throws DataJointError with what the installer said
 */
export async function initialise(installation: Installation, files: ServerFiles): Promise<void> {
  const making = path.join(files.root, `new-${randomUUID()}`);
  const start = logLength(files);
  try {
    const child = run(initialiseCommand(installation, files, making, starter()), files);
    const how = await endOf(child);
    const isMade = child.exitCode === 0 && existsSync(making);
    if (!isMade) throw startProblem(files, `The data directory was not made (${path.basename(child.spawnfile)} ${how})`, logSince(files, start));
    // Nothing is left of what an earlier one could not remove.
    renameSync(making, files.data);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Starts the server on a port, with this password for its account. */
export function serve(installation: Installation, files: ServerFiles, port: number, password: string): ServerProcess {
  const container = containerOf(files);
  const initFile = path.join(files.temporary, 'accounts.sql');
  try {
    mkdirSync(files.temporary, { recursive: true, mode: 0o700 });
    writePrivate(initFile, accountsSql(installation.kind, password, newPassword()));
    rmSync(files.pid, { force: true });
  } catch (cause) {
    throw writingProblem(files.folder, cause);
  }
  const start = logLength(files);
  const child = run(serveCommand(installation, files, { port, initFile, container }, starter()), files);
  const ended = endOf(child).finally(() => rmSync(initFile, { force: true }));
  return {
    pid: installation.kind === 'docker' ? null : (child.pid ?? null),
    ended,
    log: () => logSince(files, start),
    stop: () => stopBy((signal) => child.kill(signal), ended),
  };
}

/** Ends a container of this folder whose keeper died, so that its name is free. */
export async function clearContainer({ kind, program }: Installation, files: ServerFiles): Promise<void> {
  if (kind !== 'docker') return;
  await new Promise<void>((resolve) => execFile(program, ['rm', '--force', containerOf(files)], () => resolve()));
}

const containerOf = ({ root }: ServerFiles): string => containerName(createHash('sha256').update(root).digest('hex').slice(0, 12));

/** Removes the accounts' file once the server has read it. */
export function forgetAccounts({ temporary }: ServerFiles): void {
  rmSync(path.join(temporary, 'accounts.sql'), { force: true });
}

/** The process that the server in this folder has or had, by its own word; null without one. */
export function recordedPid({ pid }: ServerFiles): number | null {
  try {
    const number = Number(readFileSync(pid, 'utf8').trim());
    return Number.isInteger(number) && number > 1 && isRunning(number) ? number : null;
  } catch {
    return null;
  }
}

/** A server that another keeper started, and that has outlived it. Call it only for one that answers. */
export function adopt(files: ServerFiles, pid: number): ServerProcess {
  const start = logLength(files);
  const ended = new Promise<string>((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve('ended');
    }, lookMs);
  });
  return { pid, ended, log: () => logSince(files, start), stop: () => stopBy((signal) => process.kill(pid, signal), ended) };
}

async function stopBy(send: (signal: NodeJS.Signals) => unknown, ended: Promise<string>): Promise<void> {
  const kill = (signal: NodeJS.Signals): void => {
    try {
      send(signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  kill('SIGTERM');
  const timer = setTimeout(() => kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
}

function run({ program, args }: ServerCommand, files: ServerFiles): ChildProcess {
  const log = openLog(files);
  try {
    return spawn(program, args, {
      cwd: files.root,
      env: { ...process.env, TMPDIR: files.temporary },
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
  } finally {
    closeLog(log);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started, ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`));
  });
}

function starter(): Starter {
  const { uid, gid } = userInfo();
  return { uid: uid < 0 ? null : uid, gid: gid < 0 ? null : gid, platform: process.platform };
}
