import { after, before } from 'node:test';
import * as dj from '../../src/engine';
import { startServer, type TestServer } from '../harness/server';
import { quiet, serverVariables } from '../interop/bridge';
import { python23 } from '../interop/python';
import { Peer } from './peer';

/** Characters are compared exactly on both sides, as the embedded database does. */
const OPTIONS = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_nopad_bin', '--default-time-zone=+00:00'];

export interface PeerLab {
  readonly connection: dj.Connection;
  /** A schema for both sides. `declare` makes its tables; datajoint-python reads them from the database. */
  schema<T>(name: string, declare: (schema: dj.Schema) => Promise<T>): Promise<{ readonly tables: T; readonly peer: Peer }>;
}

/** A server for the tests of the file that calls this, with datajoint-python beside the engine. */
export function peerLab(): PeerLab {
  let running: { readonly server: TestServer; readonly connection: dj.Connection } | null = null;
  const peers: Peer[] = [];
  const there = () => {
    if (running === null) throw new Error('the server runs only while tests run');
    return running;
  };
  before(async () => {
    const server = await startServer(OPTIONS);
    const { host, port, user, password } = server;
    running = { server, connection: new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null })) };
  });
  after(async () => {
    await Promise.all(peers.map((peer) => peer.close()));
    await running?.connection.close();
    await running?.server.stop();
  });
  return {
    get connection() {
      return there().connection;
    },
    async schema(name, declare) {
      const { connection, server } = there();
      const tables = await declare(dj.schema(name, { connection }));
      const peer = await Peer.start(python23.interpreter, { ...quiet, ...serverVariables(server), DJ_USE_TLS: 'false' }, name);
      peers.push(peer);
      return { tables, peer };
    },
  };
}
