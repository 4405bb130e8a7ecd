/**
 * Whether a process of this machine is the one that a row names. A row holds a number that anybody may have written, and
 * numbers are used again: only what the system tells of the process itself is evidence.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { uptime } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** What a look at a process showed. */
export type Proof = 'proved' | 'disproved' | 'unknown';

/** Clocks of a process, of its rows and of this look, in milliseconds. */
const CLOCK_TOLERANCE_MS = 2000;
/** Programs that workers run in. */
const WORKER_PROGRAM = /^(?:node|djw|python[\d.]*w?|code[\w -]*|electron)(?:\.exe)?$/i;
const PS_TIMEOUT_MS = 5000;

/** Whether this machine has a process of that number. One of another account cannot be signalled, and runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Whether a process has a file open. Only Linux tells. */
export async function hasOpenFile(pid: number, file: string): Promise<Proof> {
  const open = await openFiles(pid);
  return open === null ? 'unknown' : open.includes(file) ? 'proved' : 'disproved';
}

/**
 * Whether a process has the end here of a TCP connection. Only Linux tells.
 * @param port the local one
 * @returns `unknown` also where no connection of this machine has that port: it goes through a tunnel
 */
export async function hasConnection(pid: number, port: number): Promise<Proof> {
  const inodes = await socketsAt(port);
  if (inodes.length === 0) return 'unknown';
  const open = await openFiles(pid);
  if (open === null) return 'unknown';
  return inodes.some((inode) => open.includes(`socket:[${inode}]`)) ? 'proved' : 'disproved';
}

/**
 * Whether a process could have done what a row tells: it runs a program of workers, and it has run since before then,
 * after this machine was started. Weaker than the other proofs, and the only one where the system tells no more.
 * @param since milliseconds since 1970; null for a row that does not tell
 */
export async function ranBefore(pid: number, since: number | null): Promise<Proof> {
  const bootedAt = Date.now() - uptime() * 1000;
  const facts = await factsOf(pid);
  if (facts === null || since === null) return 'unknown';
  const isOlder = facts.startedAt <= since + CLOCK_TOLERANCE_MS && since >= bootedAt - CLOCK_TOLERANCE_MS;
  return isOlder && WORKER_PROGRAM.test(facts.program) ? 'proved' : 'disproved';
}

/** What a process has open, as Linux names it; null where that is not told. */
async function openFiles(pid: number): Promise<string[] | null> {
  const folder = `/proc/${String(pid)}/fd`;
  try {
    const names = await readdir(folder);
    return await Promise.all(names.map((name) => readlink(path.join(folder, name)).catch(() => '')));
  } catch {
    return null;
  }
}

/** The sockets of this machine with a local TCP port, as the numbers of their inodes. */
async function socketsAt(port: number): Promise<string[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((table) => readFile(table, 'utf8').catch(() => '')));
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tables.flatMap((table) =>
    table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , , , , , , , inode]) => local?.endsWith(wanted) === true && inode !== undefined && inode !== '0')
      .map((fields) => fields[9] ?? ''),
  );
}

/** When a process was started, and the name of its program; null where the system does not tell. */
async function factsOf(pid: number): Promise<{ readonly startedAt: number; readonly program: string } | null> {
  if (process.platform === 'win32') return null;
  try {
    // Linux names the main thread rather than the program; elsewhere a path may hold spaces.
    const column = process.platform === 'linux' ? 'args=' : 'comm=';
    const args = ['-o', 'lstart=', '-o', column, '-p', String(pid)];
    const { stdout } = await promisify(execFile)('ps', args, { env: { ...process.env, LC_ALL: 'C' }, timeout: PS_TIMEOUT_MS });
    // `Thu Nov 26 18:45:09 2026 node`
    const [, time = '', command = ''] = /^(\w{3} +\w{3} +\d+ +[\d:]{8} +\d{4}) +(.+)$/.exec(stdout.trim()) ?? [];
    const startedAt = Date.parse(time);
    const program = process.platform === 'linux' ? (command.split(' ', 1)[0] ?? '') : command;
    return Number.isNaN(startedAt) ? null : { startedAt, program: path.basename(program) };
  } catch {
    return null;
  }
}
