/**
 * The process that keeps a folder's database server: it starts it, tells everybody who follows how it is, and ends it when
 * nobody sees or uses it any more. It outlives the window or terminal that started it, and ends with the server.
 */
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../engine';
import { keepAccount, renewPassword } from './account';
import { keepCertificate } from './certificate';
import { claim, type Claim } from './claim';
import { ControlServer } from './control';
import { makeServerFolders, readRecord, type ServerFiles, serverFiles, type ServerRecord, writeRecord } from './files';
import { freePort } from './freePort';
import { chooseInstallation, findInstallations, type Installation, productOf } from './installation';
import { isPortTaken, lastError, startProblem } from './log';
import { isUsed, type Login, ping } from './ping';
import { adopt, clearContainer, forgetAccounts, initialise, recordedPid, serve, type ServerProcess } from './serverProcess';
import { nameServer } from './settings';
import type { ServerState } from './state';

/** What the starter writes into a keeper's input. */
export interface KeeperOrder {
  /** How long a server goes on that nobody watches and nobody is connected to. */
  readonly idleMs: number;
  /** The password to have when the folder's own files have none any more. */
  readonly password: string | null;
}

/** The one line that a keeper answers. `taken`: another process keeps this server. */
export type KeeperAnswer = { readonly kind: 'keeping' } | { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly message: string };

/** How often a server that nobody watches is looked at, at most. */
const lookMs = 5000;
const pingPauseMs = 100;
const portTries = 3;

/** The whole life of a keeper; ends the process. */
export async function keepServer(folder: string): Promise<void> {
  // Its starter may be gone by the time something is said.
  process.stdout.on('error', () => undefined);
  const answer = (line: KeeperAnswer): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  try {
    const order = JSON.parse(await text(process.stdin)) as KeeperOrder;
    const files = serverFiles(folder);
    makeServerFolders(files);
    const keeper = await Keeper.begin(files, order);
    answer(keeper === null ? { kind: 'taken' } : { kind: 'keeping' });
    await keeper?.keep();
  } catch (thrown) {
    answer({ kind: 'refused', message: messageOf(thrown) });
  }
  process.stdout.write('', () => process.exit());
}

class Keeper {
  private state: ServerState = { kind: 'starting', port: null, step: 'looking for a server' };
  private process: ServerProcess | null = null;
  private login: Login;
  private stopping = false;
  private unusedSince: number | null = null;
  private timer: NodeJS.Timeout | undefined;
  private control: ControlServer | undefined;
  private claim: Claim | undefined;
  /** Aborts when another keeper has taken over. */
  private readonly replaced = new AbortController();

  private constructor(
    private readonly files: ServerFiles,
    private readonly order: KeeperOrder,
  ) {
    this.login = { port: 0, password: '', certificate: files.certificate };
  }

  /** Null when another process keeps the server of this folder. */
  static async begin(files: ServerFiles, order: KeeperOrder): Promise<Keeper | null> {
    const keeper = new Keeper(files, order);
    const control = await ControlServer.listen({ stop: () => keeper.stop(), watchersChanged: () => keeper.look(0) }, keeper.state);
    keeper.control = control;
    keeper.claim = (await claim(files, control.address)) ?? undefined;
    if (keeper.claim !== undefined) return keeper;
    await control.close();
    return null;
  }

  async keep(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.stop());
    const watch = setInterval(() => this.isKeeper(), lookMs);
    await Promise.race([this.keepWhole(), once(this.replaced.signal, 'abort')]);
    clearInterval(watch);
    clearTimeout(this.timer);
    // Its followers find the one that keeps the server now.
    if (this.replaced.signal.aborted) await this.control?.close();
  }

  /** Whether this process still keeps the server. One that does not leaves server, settings and record as they are. */
  private isKeeper(): boolean {
    if (this.claim?.isHeld() === true) return true;
    this.replaced.abort();
    return false;
  }

  private async keepWhole(): Promise<void> {
    let end: ServerState;
    try {
      end = await this.live();
    } catch (thrown) {
      if (!this.isKeeper()) return;
      await this.process?.stop();
      end = this.stopping ? { kind: 'stopped' } : { kind: 'failed', message: messageOf(thrown) };
    }
    if (!this.isKeeper()) return;
    clearTimeout(this.timer);
    forgetAccounts(this.files);
    const record = readRecord(this.files);
    if (record !== null) writeRecord(this.files, { ...record, problem: end.kind === 'failed' ? end.message : null });
    this.tell(end);
    // A start that fails before there is a record can be told of nowhere else.
    await this.control?.firstFollower();
    await this.control?.close();
  }

  /** From nothing to the end of the server. */
  private async live(): Promise<ServerState> {
    const { files } = this;
    const password = keepAccount(files.folder, this.order.password);
    const record = readRecord(files);
    const running = await this.found(record, password);
    const server = running ?? (await this.start(record));
    this.process = server;
    if (this.stopping) void server.stop();
    forgetAccounts(files);
    const product = readRecord(files)?.product ?? '';
    if (!this.stopping) this.tell({ kind: 'running', port: this.login.port, product, pid: server.pid });
    this.look(0);
    const how = await server.ended;
    if (this.stopping) return { kind: 'stopped' };
    const error = lastError(server.log());
    throw new Error(`The local server ${how}${error === '' ? '' : ` (${error.replace(/\.$/, '')})`}. Start it again.`);
  }

  /** The server of a keeper that died, if it still runs. */
  private async found(record: ServerRecord | null, password: string): Promise<ServerProcess | null> {
    const pid = recordedPid(this.files);
    if (record === null || pid === null || record.kind === 'docker') return null;
    this.login = { ...this.login, port: record.port, password };
    try {
      await ping(this.login);
      nameServer(this.files, record.port, password);
      writeRecord(this.files, { ...record, problem: null });
      return adopt(this.files, pid);
    } catch {
      // Another program has that number, or that port.
      return null;
    }
  }

  private async start(record: ServerRecord | null): Promise<ServerProcess> {
    const { files } = this;
    const password = renewPassword(files.folder);
    keepCertificate(files);
    const hasData = existsSync(files.data);
    const installation = chooseInstallation(findInstallations(), hasData ? (record?.kind ?? null) : null, record?.product ?? '');
    const product = await productOf(installation);
    if (!hasData) {
      this.tell({ kind: 'starting', port: null, step: `making a database with ${product}` });
      await initialise(installation, files);
    }
    rmSync(files.temporary, { recursive: true, force: true });
    await clearContainer(installation, files);
    let wanted: number | null = record?.port ?? null;
    for (let tries = 1; ; tries += 1) {
      const port = await freePort(wanted);
      writeRecord(files, { kind: installation.kind, product, port, problem: null });
      nameServer(files, port, password);
      this.login = { ...this.login, port, password };
      this.tell({ kind: 'starting', port, step: `starting ${product}` });
      const server = await this.open(installation, tries < portTries);
      if (server !== null) return server;
      wanted = null;
    }
  }

  /** Starts the server and waits until it answers; null when its port was taken in between and `again` allows another. */
  private async open(installation: Installation, again: boolean): Promise<ServerProcess | null> {
    const { port, password } = this.login;
    const server = serve(installation, this.files, port, password);
    this.process = server;
    if (this.stopping) void server.stop();
    const how = await this.answered(server);
    if (how === null) return server;
    const log = server.log();
    if (again && isPortTaken(log)) return null;
    throw startProblem(this.files, `The local server did not start (it ${how})`, log);
  }

  /** Null once it answers, which may take long where it repairs itself after a crash; else how it ended. */
  private async answered(server: ServerProcess): Promise<string | null> {
    const ended = new AbortController();
    void server.ended.then(() => ended.abort());
    while (!ended.signal.aborted) {
      try {
        await ping(this.login);
        return null;
      } catch {
        await pause(pingPauseMs);
      }
    }
    return await server.ended;
  }

  private stop(): void {
    if (this.stopping || !this.isKeeper()) return;
    this.stopping = true;
    this.tell({ kind: 'stopping' });
    void this.process?.stop();
  }

  private tell(state: ServerState): void {
    if (this.stopping && state.kind === 'starting') return;
    this.state = state;
    this.control?.tell(state);
  }

  /** Looks, now or soon, whether anybody needs the server, and whether its folder is still there. */
  private look(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.state.kind !== 'running') return;
    if (this.control?.isWatched === true) {
      this.unusedSince = null;
      return;
    }
    this.timer = setTimeout(() => void this.lookNow(), afterMs);
  }

  private async lookNow(): Promise<void> {
    const isRemoved = !existsSync(this.files.record);
    const used = !isRemoved && (await isUsed(this.login));
    if (this.control?.isWatched === true || this.state.kind !== 'running' || !this.isKeeper()) return;
    if (used) this.unusedSince = null;
    else this.unusedSince ??= Date.now();
    const left = this.unusedSince === null ? lookMs : this.unusedSince + this.order.idleMs - Date.now();
    if (left <= 0 || isRemoved) this.stop();
    else this.look(Math.min(left, lookMs));
  }
}
