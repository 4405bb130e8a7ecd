import { after } from 'node:test';
import * as dj from '../../../src/engine';
import { startServer, type TestServer } from '../../harness/server';
import type { OpenDatabase } from './describeEngine';

/**
 * Characters are compared exactly, as the embedded database does: in DataJoint's own server images collations are
 * binary too, and without NOPAD the keys '' and ' ' would be the same. The time zone is that of the suite.
 */
const OPTIONS = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_nopad_bin', '--default-time-zone=+00:00'];

/** Opens databases on one server of the kind under test, which starts with the first and ends with the test file. */
export function onTestServer(): OpenDatabase {
  let server: Promise<TestServer> | null = null;
  after(async () => {
    await (await server)?.stop();
  });
  return async () => {
    server ??= startServer(OPTIONS);
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
