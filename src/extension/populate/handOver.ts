import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { handoverNames, type Variables } from './handoverNames';

/** Secrets that wait for one program. */
export interface Handover {
  /** What that program needs to fetch them. Worth nothing once they have been fetched. */
  readonly env: Variables;
  /** Takes back what nobody has fetched. */
  dispose(): void;
}

const maxToken = 100;

/**
 * Offers variables to the one program that is started with `env`, once, through a socket that only this user can open.
 *
 * A task's own environment is no place for a password: at the end of a window the editor writes the environments of all
 * terminals, in plain text, into the storage of the workspace (`terminal.integrated.bufferState`), from where it would
 * revive them. What stands there this way is an address at which nobody answers any more.
 */
export async function handOver(variables: Variables): Promise<Handover> {
  const token = randomBytes(32).toString('hex');
  const folder = process.platform === 'win32' ? null : await mkdtemp(path.join(tmpdir(), 'djw-'));
  const address = folder === null ? `\\\\.\\pipe\\djw-${randomUUID()}` : path.join(folder, 's');
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void tokenFrom(socket).then((given) => {
      if (!isSame(given, token)) {
        socket.destroy();
        return;
      }
      socket.end(JSON.stringify(variables));
      dispose();
    });
  });
  const dispose = () => {
    server.close();
    if (folder !== null) void rm(folder, { recursive: true, force: true });
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  return { env: { [handoverNames.address]: address, [handoverNames.token]: token }, dispose };
}

/** The first line. */
function tokenFrom(socket: Socket): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n') || text.length > maxToken) resolve(text.split('\n', 1)[0] ?? '');
    });
  });
}

function isSame(given: string, token: string): boolean {
  const [asked, own] = [Buffer.from(given), Buffer.from(token)];
  return asked.length === own.length && timingSafeEqual(asked, own);
}
