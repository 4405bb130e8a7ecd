import { once } from 'node:events';
import { createServer } from 'node:net';

const host = '127.0.0.1';

/** `wanted` when nobody listens on it, else any port that is free. */
export async function freePort(wanted: number | null): Promise<number> {
  return (wanted === null ? null : await probe(wanted)) ?? (await probe(0)) ?? Promise.reject(new Error('no port of 127.0.0.1 is free'));
}

async function probe(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    return address === null || typeof address === 'string' ? null : address.port;
  } catch {
    return null;
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
