/** What a Python that is started from here finds in its environment. */
import path from 'node:path';
import type { Connection, ConnectionSpec } from '../../engine';
import { pythonFile } from './files';

/**
 * How datajoint-python is told of a server; what these do not say it takes from its own settings. Release 0.14 reads neither
 * port nor TLS from the environment: a module that Python imports by itself hands them over, see media/python/site.
 * @param connection to that server
 */
export async function pythonVariables(spec: Extract<ConnectionSpec, { kind: 'server' }>, connection: Connection): Promise<Record<string, string>> {
  const { host, port, user, password, tlsFiles } = spec;
  const tls = spec.tls ?? (await hasTls(connection));
  const folders = [pythonFile('site'), process.env['PYTHONPATH'] ?? ''].filter((folder) => folder !== '');
  return {
    DJ_HOST: host,
    DJ_PORT: String(port),
    DJ_USER: user,
    DJ_PASS: password,
    ...(tlsFiles === undefined ? { DJ_USE_TLS: String(tls) } : {}),
    PYTHONPATH: folders.join(path.delimiter),
  };
}

/** datajoint 0.14 asks for TLS wherever it is not told otherwise, and fails on a server without it. */
async function hasTls(connection: Connection): Promise<boolean> {
  const [row] = await connection.executor.all({ sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'", values: [] });
  return String(row?.['Value'] ?? '') !== '';
}
