/** The server's own log. */
import { closeSync, constants, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { diskFull, type ServerFiles } from './files';
import { DataJointError } from '../engine';

const largest = 2_000_000;
/** Windows has no such flag. */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

/** Opens the log to append to it; one that has become long is put aside first. */
export function openLog({ log }: ServerFiles): number {
  if (existsSync(log) && statSync(log).size > largest) renameSync(log, `${log}.1`);
  // A link there leads to a file of another kind.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | noFollow;
  try {
    return openSync(log, flags, 0o600);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ELOOP')) throw cause;
    throw new DataJointError('access', `${log} is a link to another file: remove it, then start the server again.`, { cause });
  }
}

export const closeLog = closeSync;

/** How long the log is now, to read later what came after. */
export const logLength = ({ log }: ServerFiles): number => (existsSync(log) ? statSync(log).size : 0);

/** What was written since. */
export function logSince({ log }: ServerFiles, start: number): string {
  return existsSync(log) ? readFileSync(log).subarray(start).toString('utf8') : '';
}

/** The last error of a text, without time and thread; empty without one. */
export function lastError(text: string): string {
  // The last errors of a server that gives up only say that it does.
  const isReason = (line: string): boolean => /\bERROR\b/.test(line) && !/\bAborting\b|unsupported storage engine|^\S+\s.*Plugin '\w+' (registration|init)/.test(line);
  return plain(text.split('\n').findLast(isReason) ?? '');
}

/** The line that says why: the last error, else the last line. Empty for an empty text. */
export function lastLine(text: string): string {
  return lastError(text) || plain(text.split('\n').findLast((line) => line.trim() !== '') ?? '');
}

/** MariaDB: `2026-11-22  5:05:25 0 [ERROR] …`; MySQL: `2026-11-22T05:05:25.1Z 0 [ERROR] [MY-010] [Server] …`. */
const plain = (line: string): string => line.replace(/^\d\S*(\s+[\d:]+)? \d+ \[\w+\] (\[[\w-]+\] )*/, '').trim();

export const isPortTaken = (text: string): boolean => /Address already in use|port is already allocated|Do you already have another .* server running on/i.test(text);

const isDiskFull = (text: string): boolean => /No space left on device|Disk is full|(errno|errcode|error|error number)\D{0,3}28\b/i.test(text);

/** Why a server did not start, in a sentence. @param text what it wrote */
export function startProblem({ folder, log }: ServerFiles, what: string, text: string): DataJointError {
  if (isDiskFull(text)) return diskFull(folder);
  const line = lastLine(text);
  return new DataJointError('unreachable', `${what}${line === '' ? '' : `: ${line.replace(/\.$/, '')}`}. Its log, ${log}, says more.`);
}
