/** What a person may enter for a server. Each check answers null when the text can be used. */
import { statSync } from 'node:fs';
import * as path from 'node:path';

export function hostProblem(text: string): string | null {
  const host = text.trim();
  if (host === '') return 'A host name or an address is needed.';
  if (/^[a-z]+:\/\//i.test(host)) return 'Only the name of the host, without "://".';
  if (/[\s/@]/.test(host)) return 'A host name has no spaces, "/" or "@".';
  const port = portIn(host);
  return port === null ? null : portProblem(port);
}

export function portProblem(text: string): string | null {
  const port = Number(text.trim());
  return /^\d+$/.test(text.trim()) && port >= 1 && port <= 65_535 ? null : 'A whole number from 1 to 65535; MySQL has 3306.';
}

export function userProblem(text: string): string | null {
  return text.trim() === '' ? 'The name of the account is needed.' : null;
}

/** A file's path; what is in it is read when the connection opens. */
export function authorityProblem(text: string): string | null {
  const file = text.trim();
  if (!path.isAbsolute(file)) return 'The whole path of a file is needed.';
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? null : 'There is no such file.';
}

/** `host:port` as people paste it. Colons more than one belong to an IPv6 address. */
export function splitHost(text: string, port: number): { host: string; port: number } {
  const host = text.trim();
  const named = portIn(host);
  return named === null ? { host, port } : { host: host.slice(0, -named.length - 1), port: Number(named) };
}

function portIn(host: string): string | null {
  return /^[^:]+:([^:]*)$/.exec(host)?.[1] ?? null;
}
