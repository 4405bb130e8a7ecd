import { after } from 'node:test';
import * as dj from '../../../src/engine';
import { startServer, type TestServer } from '../../harness/server';
import { exactCharacters } from '../../harness/serverKind';
import type { OpenDatabase } from './describeEngine';

/** Opens databases on one server of the kind under test, which starts with the first and ends with the test file. */
export function onTestServer(): OpenDatabase {
  let server: Promise<TestServer> | null = null;
  after(async () => {
    await (await server)?.stop();
  });
  return async () => {
    server ??= startServer([...exactCharacters, '--default-time-zone=+00:00']);
    const { host, port, user, password } = await server;
    const spec = { kind: 'server', host, port, user, password, tls: null } as const;
    const connection = new dj.Connection(await dj.openDatabase(spec));
    const before = new Set(await connection.catalog.schemas());
    return {
      connection,
      spec,
      cleanup: async () => {
        for (const schema of await connection.catalog.schemas()) if (!before.has(schema)) await connection.catalog.dropSchema(schema);
        await connection.close();
      },
    };
  };
}
