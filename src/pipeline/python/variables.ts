/** What a Python that is started from here finds in its environment. */
import path from 'node:path';
import { certificateVariables, type Connection, type ConnectionSpec } from '../../engine';
import { pythonFile } from './files';

/**
 * How datajoint-python is told of a server; what these do not say it takes from its own settings. Release 0.14 reads neither
 * port nor TLS from the environment, and none reads certificates from there: a module that Python imports by itself hands
 * them over, see media/python/site. So Python sends its login to no server that is not the one that was checked here.
 * @param connection to that server
 */
export function pythonVariables(spec: Extract<ConnectionSpec, { kind: 'server' }>, connection: Connection): Record<string, string> {
  const { host, port, user, password, tlsFiles } = spec;
  const folders = [pythonFile('site'), process.env['PYTHONPATH'] ?? ''].filter((folder) => folder !== '');
  return {
    DJ_HOST: host,
    DJ_PORT: String(port),
    DJ_USER: user,
    DJ_PASS: password,
    // datajoint 0.14 asks for TLS wherever it is not told otherwise, and fails on a server without it.
    DJ_USE_TLS: String(connection.database.channel !== 'plain'),
    ...certificateVariables(tlsFiles ?? {}),
    PYTHONPATH: folders.join(path.delimiter),
  };
}
