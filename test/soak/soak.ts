/**
 * `npm run soak -- [--minutes N] [--seed N]`: djw workers on both databases for ten minutes each, while they are killed, stopped,
 * ended and cut off, the server is killed and restarted, and keys are added. Build first. Fails where a key is lost, doubled or stuck.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as dj from '../../src/engine';
import { randomFrom } from '../crash/random';
import { startServer, type TestServer } from '../harness/server';
import { type Census, census } from './census';
import { declare, pipeline } from './pipeline';

const djw = path.resolve(__dirname, '../../dist/djw.js');
const workerOptions: readonly (readonly string[])[] = [[], ['--processes', '2'], ['--concurrency', '3'], []];
const perWave = 250;
const waveMs = 6000;
const eventMs = 1500;
const stoppedMs = 8000;
/** A worker ends by itself within this time of a signal that asks it to. */
const patienceMs = 60_000;

type Happening = 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' | 'SIGINT' | 'session' | 'restart';

class Soak {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'soak-'));
  private readonly workers: ChildProcess[] = [];
  private readonly counts = new Map<Happening, number>();
  private readonly chores = new Set<Promise<unknown>>();
  private stopping = false;
  private nextKey = 0;

  private constructor(
    private readonly server: TestServer | null,
    private readonly database: dj.Database,
    private readonly env: Readonly<Record<string, string>>,
    private readonly random: () => number,
  ) {}

  static async open(server: TestServer | null, seed: number): Promise<Soak> {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'soak-database-')), 'embedded.db');
    const spec: dj.ConnectionSpec =
      server === null
        ? { kind: 'embedded', file, durability: 'full' }
        : { kind: 'server', host: server.host, port: server.port, user: server.user, password: server.password, tls: null };
    const env = spec.kind === 'embedded' ? { DJ_EMBEDDED_FILE: file } : { DJ_HOST: spec.host, DJ_PORT: String(spec.port), DJ_USER: spec.user, DJ_PASS: spec.password };
    return new Soak(server, await dj.openDatabase(spec), env, randomFrom(seed));
  }

  async run(milliseconds: number): Promise<string> {
    writeFileSync(path.join(this.folder, 'pipeline.ts'), pipeline);
    writeFileSync(path.join(this.folder, 'declare.ts'), declare);
    execFileSync(process.execPath, [djw, 'run', 'declare.ts'], { cwd: this.folder, env: { ...process.env, ...this.env }, stdio: 'inherit' });
    await this.addKeys();
    for (const number of workerOptions.keys()) this.startWorker(number);
    const end = Date.now() + milliseconds;
    let wave = Date.now() + waveMs;
    let isHalf = false;
    while (Date.now() < end) {
      await pause(eventMs * (0.5 + this.random()));
      await this.happen();
      if (Date.now() >= wave) {
        await this.addKeys();
        wave += waveMs;
      }
      if (!isHalf && Date.now() > end - milliseconds / 2) {
        isHalf = true;
        console.log(`  in the middle: ${sentence(await this.counted())}`);
      }
    }
    this.stopping = true;
    await Promise.all(this.chores);
    for (const worker of this.workers) worker.kill('SIGCONT');
    for (const worker of this.workers) worker.kill('SIGTERM');
    await Promise.all(this.workers.map((worker) => ended(worker)));
    // What is left is made by one that nobody disturbs.
    const last = spawn(process.execPath, [djw, 'worker', 'soak', '--errors-ok', '--concurrency', '8'], { cwd: this.folder, env: { ...process.env, ...this.env }, stdio: ['ignore', 'ignore', 'inherit'] });
    await ended(last, 10 * patienceMs);
    const found = await this.counted();
    if (found.left > 0 || found.reserved > 0) throw new Error(`stuck: ${sentence(found)}`);
    const happened = [...this.counts].map(([name, count]) => `${String(count)} ${name}`).join(', ');
    return `${sentence(found)}; ${happened}`;
  }

  async close(): Promise<void> {
    this.stopping = true;
    for (const worker of this.workers) worker.kill('SIGKILL');
    await this.database.close();
    rmSync(this.folder, { recursive: true });
  }

  private async counted(): Promise<Census> {
    return await patiently(() => census(this.database));
  }

  private async addKeys(): Promise<void> {
    const values = Array.from({ length: perWave }, () => this.nextKey++);
    const sql = `INSERT INTO ${this.database.dialect.tableReference({ schema: 'soak', table: 'source' })} (k) VALUES ${values.map(() => '(?)').join(', ')}`;
    await patiently(() => this.database.run({ sql, values }).catch((error: unknown) => (error instanceof dj.DuplicateError ? undefined : Promise.reject(error as Error))));
  }

  private startWorker(number: number): void {
    const options = workerOptions[number] ?? [];
    const child = spawn(process.execPath, [djw, 'worker', 'soak', '--forever', ...options], { cwd: this.folder, env: { ...process.env, ...this.env }, stdio: 'ignore' });
    this.workers[number] = child;
    child.once('exit', () => {
      if (!this.stopping) this.startWorker(number);
    });
  }

  private async happen(): Promise<void> {
    const number = Math.floor(this.random() * workerOptions.length);
    const worker = this.workers[number];
    if (worker === undefined) return;
    const dice = this.random();
    const what: Happening = this.server === null ? (dice < 0.35 ? 'SIGKILL' : dice < 0.65 ? 'SIGSTOP' : dice < 0.9 ? 'SIGTERM' : 'SIGINT') : dice < 0.25 ? 'SIGKILL' : dice < 0.5 ? 'SIGSTOP' : dice < 0.65 ? 'SIGTERM' : dice < 0.75 ? 'SIGINT' : dice < 0.97 ? 'session' : 'restart';
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    if (what === 'session') await this.killSession();
    else if (what === 'restart') {
      await this.server?.crash();
      await this.server?.restart();
    } else {
      worker.kill(what);
      if (what === 'SIGSTOP') this.later(stoppedMs * this.random(), () => worker.kill('SIGCONT'));
    }
  }

  /** One of the others, as an administrator ends it. */
  private async killSession(): Promise<void> {
    const sessions = (await patiently(() => this.database.sessions.list())).filter(({ own, user }) => !own && user === this.server?.user);
    const chosen = sessions[Math.floor(this.random() * sessions.length)];
    if (chosen !== undefined) await this.database.sessions.kill(chosen).catch(() => undefined);
  }

  private later(milliseconds: number, work: () => void): void {
    const chore: Promise<void> = pause(milliseconds).then(work).finally(() => this.chores.delete(chore));
    this.chores.add(chore);
  }
}

/** Tries again what meets a server that is just restarted, or a file that a stopped process holds. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; ) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof dj.DataJointError && ['busy', 'connection_lost', 'unreachable'].includes(error.code);
      if (!passes || Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

async function ended(worker: ChildProcess, milliseconds = patienceMs): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const timer = setTimeout(() => worker.kill('SIGKILL'), milliseconds);
  const [, signal] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  if (signal === 'SIGKILL') throw new Error(`worker ${String(worker.pid)} did not end`);
}

function sentence({ keys, results, meant, other, reserved, left }: Census): string {
  const more = [...other].map(([message, count]) => `${String(count)} × ${message}`).join('; ');
  return `${String(keys)} keys: ${String(results)} results, ${String(meant)} meant errors, ${String(left)} left, ${String(reserved)} reserved${more === '' ? '' : `; others: ${more}`}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('Usage: npm run soak -- [--minutes N] [--seed N]');
  console.log(`seed ${String(seed)}, ${String(minutes)} minutes on each database`);
  const server = await startServer();
  try {
    for (const place of [null, server]) {
      const soak = await Soak.open(place, seed);
      try {
        console.log(place === null ? 'embedded:' : 'server:');
        console.log(`  sound: ${await soak.run(minutes * 60_000)}`);
      } finally {
        await soak.close();
      }
    }
  } finally {
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
