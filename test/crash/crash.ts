/**
 * `npm run crash -- [--kills N] [--seed N]`: the long run of test/crash. Kills workers on both databases and with both kinds
 * of queue, and checks after each round that no key is lost, doubled or stuck.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as dj from '../../src/engine';
import { startServer } from '../harness/server';
import { storm } from './storm';

const LAYOUTS = ['table', 'schema'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } } });
  const kills = Number(values.kills);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) throw new Error('Usage: npm run crash -- [--kills N] [--seed N]');
  const folder = await mkdtemp(path.join(tmpdir(), 'djw-crash-'));
  const server = await startServer();
  const { host, port, user, password } = server;
  const specs: Record<string, dj.ConnectionSpec> = {
    embedded: { kind: 'embedded', file: path.join(folder, 'embedded.db'), durability: 'normal' },
    server: { kind: 'server', host, port, user, password, tls: null },
  };
  try {
    for (const [name, spec] of Object.entries(specs)) {
      const connection = new dj.Connection(await dj.openDatabase(spec));
      for (const layout of LAYOUTS) {
        const began = performance.now();
        const told = await storm({ connection, spec, name: `storm_${layout}`, layout }, { kills: Math.ceil(kills / 4), seed });
        console.log(`${name}, ${layout} queue, ${((performance.now() - began) / 1000).toFixed(1)} s: ${told}`);
      }
      await connection.close();
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
