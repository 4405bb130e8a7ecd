/** A folder whose local database server a test starts, watches and kills. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findInstallations, type ServerFiles, serverFiles } from '../../src/localServer';
import { until } from '../harness/until';
import { type Finished, Folder, type Running } from './djwProcess';

/** What `djw server … --json` prints. */
export interface Told {
  readonly kind: string;
  readonly port?: number;
  readonly pid?: number;
  readonly message?: string;
}

export class LocalServerFolder extends Folder {
  readonly files: ServerFiles;
  private readonly watchers: Watcher[] = [];

  constructor(folder: string) {
    super(folder);
    this.files = serverFiles(folder);
  }

  /** Starts the server and answers how it is then; `PATH` may lead to other programs first. */
  async startServer(...options: string[]): Promise<Told> {
    return told(await this.djw('server', 'start', '--json', ...options));
  }

  async status(): Promise<Told> {
    return told(await this.djw('server', 'status', '--json'));
  }

  /** Starts the server with programs of this folder's `bin` before those of the machine. */
  startWith(...options: string[]): Running {
    const PATH = `${path.join(this.path, 'bin')}:${process.env['PATH'] ?? ''}`;
    return this.start(['server', 'start', ...options], { PATH });
  }

  /** A program `mariadbd` that runs these lines of the shell before it becomes the real one, unless asked for its version. */
  async pretend(...lines: string[]): Promise<void> {
    const real = findInstallations().find(({ kind }) => kind === 'mariadb')?.program ?? '';
    const script = ['#!/bin/sh', `[ "$2" = --version ] && exec ${real} "$@"`, `cd '${this.path}'`, ...lines, `exec ${real} "$@"`];
    const file = path.join(this.path, 'bin', 'mariadbd');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${script.join('\n')}\n`);
    await chmod(file, 0o755);
  }

  /** The id of the server's process, as it wrote it down. */
  async serverPid(): Promise<number> {
    return Number(await readFile(this.files.pid, 'utf8'));
  }

  async keeperPid(): Promise<number> {
    const [last] = (await readdir(this.files.keepers)).map(Number).sort((a, b) => b - a);
    const { pid } = JSON.parse(await readFile(path.join(this.files.keepers, String(last), 'keeper.json'), 'utf8')) as { pid: number };
    return pid;
  }

  async json(name: string): Promise<unknown> {
    return JSON.parse(await readFile(path.join(this.path, name), 'utf8')) as unknown;
  }

  text(name: string): Promise<string> {
    return readFile(path.join(this.path, name), 'utf8');
  }

  password(): Promise<string> {
    return this.text('.secrets/database.password');
  }

  /** A process that sees the server, as a window of the editor does. */
  watch(): Watcher {
    const watcher = new Watcher(this.path);
    this.watchers.push(watcher);
    return watcher;
  }

  async end(): Promise<void> {
    for (const watcher of this.watchers) watcher.kill();
    if (existsSync(this.files.root)) await this.djw('server', 'stop');
    await rm(path.dirname(this.path), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** See `LocalServerFolder.watch`. */
export class Watcher {
  private readonly child;
  private readonly heard: string[] = [];

  constructor(folder: string) {
    const program = path.join(__dirname, 'localServerWatcher.ts');
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', 'tsx', program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.heard.push(line));
  }

  /** Waits until it has heard of a state of this kind; answers with what else it was told of it. */
  async hears(kind: string): Promise<Told> {
    return await until(`a watcher hears ${kind}`, () => this.heard.map((line) => JSON.parse(line) as Told).find((state) => state.kind === kind), 60_000);
  }

  /** As when the window crashes. Resolves when it is gone. */
  async killed(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.kill();
    await gone;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Does the work in a new folder whose name needs quoting, and ends what runs in it. */
export async function withLocalServer(files: Readonly<Record<string, string>>, work: (folder: LocalServerFolder) => Promise<void>): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'djw-'));
  const folder = new LocalServerFolder(path.join(home, 'données du labo'));
  try {
    await mkdir(folder.path);
    for (const [name, text] of Object.entries(files)) await folder.write(name, text);
    await work(folder);
  } finally {
    await folder.end();
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process is gone. */
export const isGone = (pid: number): Promise<boolean> => until(`process ${String(pid)} is gone`, () => !isAlive(pid), 60_000);

function told({ out, err }: Finished): Told {
  if (out.trim() === '') throw new Error(err);
  return JSON.parse(out) as Told;
}
