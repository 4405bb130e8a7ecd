import { after } from 'node:test';
import { startServer, type TestServer } from '../harness/server';
import { exactCharacters, isFurtherServer, serverTitle } from '../harness/serverKind';

/** A database for `djw` processes. */
export interface DjwDatabase {
  readonly name: string;
  /** What leads `djw` to it. A schema of one test is not seen by another: `schema` is new every time. */
  place(): Promise<{ readonly env: NodeJS.ProcessEnv; readonly schema: string }>;
}

/** The embedded database of the test's folder. */
export const embeddedFile: DjwDatabase = { name: 'embedded', place: async () => ({ env: {}, schema: 'lab' }) };

/** The databases that `djw` is tried on. */
export const djwDatabases = (): DjwDatabase[] => [...(isFurtherServer ? [] : [embeddedFile]), djwServer()];

/** A server for all tests of this file. */
function djwServer(): DjwDatabase {
  let server: Promise<TestServer> | null = null;
  let schemas = 0;
  after(async () => {
    await (await server)?.stop();
  });
  return {
    name: serverTitle,
    place: async () => {
      server ??= startServer([...exactCharacters, '--default-time-zone=+00:00']);
      const { host, port, user, password } = await server;
      schemas += 1;
      return { env: { DJ_HOST: host, DJ_PORT: String(port), DJ_USER: user, DJ_PASS: password }, schema: `lab_${String(schemas)}` };
    },
  };
}
