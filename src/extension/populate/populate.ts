import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError, commandAction, offer } from '../host';
import type { DatabaseConnection } from '../connections';
import { commands } from '../ids';
import { type Key, keysToRestriction } from '../keys';
import { canStart, startLocalServer, startTitle } from '../localServer';
import { requireClass } from '../source';
import { plural } from '../words';
import { askOptions } from './askOptions';
import { defaultOptions, populateArguments, type PopulateOptions, readOptions } from './options';
import { chosenPython } from '../python';
import { type DjwRun, runDjw } from './task';

/** Longest restriction that goes on a command line, others into a file; Windows allows 32,767 characters for the whole of it. */
const maxRestriction = 24_000;

/** Why code of the folder may not be run; empty when it may. */
export function runBlocked(): string {
  return vscode.workspace.isTrusted ? '' : 'This workspace is not trusted, so its pipelines cannot be run.';
}

/** @throws ActionableError in a workspace that is not trusted. */
export function requireTrust(): void {
  const reason = runBlocked();
  if (reason === '') return;
  throw new ActionableError(reason, [commandAction('Manage Trust', 'workbench.trust.manage')]);
}

/** What to populate; the class need not be declared yet. */
export interface PopulateTarget {
  readonly schema: string;
  /** `Trace`. */
  readonly className: string;
}

/** Starts `djw` for tables and tells how it went. */
export class Populator {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Populates with reserved jobs and suppressed errors, so that every error is recorded and can be browsed. */
  async populate(connection: DatabaseConnection, target: PopulateTarget): Promise<void> {
    await this.start(connection, target, defaultOptions);
  }

  async populateWithOptions(connection: DatabaseConnection, target: PopulateTarget): Promise<void> {
    requireTrust();
    const memory = `populate:${target.schema}.${target.className}`;
    const options = await askOptions(target.className, readOptions(this.context.workspaceState.get(memory)));
    if (options === undefined) return;
    await this.context.workspaceState.update(memory, options);
    await this.start(connection, target, options);
  }

  /** Populates these keys only. They must be pending already. */
  async populateKeys(connection: DatabaseConnection, target: PopulateTarget, keys: readonly Key[]): Promise<void> {
    const restriction = keysToRestriction(keys);
    if (restriction.length <= maxRestriction) {
      await this.start(connection, target, { ...defaultOptions, restriction });
      return;
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'djw-keys-'));
    try {
      const keysFile = path.join(folder, 'keys.json');
      await writeFile(keysFile, restriction);
      await this.start(connection, target, { ...defaultOptions, keysFile });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async refreshJobs(connection: DatabaseConnection, target: PopulateTarget): Promise<void> {
    const { file, folder, qualified, python } = await runnable(connection, target);
    const code = await this.run(connection, {
      folder,
      name: `Refresh Jobs ${target.className}`,
      command: 'refresh',
      args: [qualified, '--pipeline', file, ...python],
      table: qualified,
    });
    if (code === 1 || code === 2) await offer('error', `${target.className}: the jobs were not refreshed; the terminal says why.`, []);
  }

  /** Runs a pipeline file from top to bottom: declares its tables and does what it says. A Python file is Python's to run. */
  async runFile(connection: DatabaseConnection, file: string): Promise<void> {
    requireTrust();
    const name = vscode.workspace.asRelativePath(file, false);
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
    if (folder === undefined) throw new ActionableError(`${name} is not in a folder that is open.`);
    const code = await this.run(connection, { folder, name: `Run ${name}`, command: 'run', args: [...(await pythonArguments(folder, file)), file], table: name });
    if (code === 1 || code === 2) await offer('error', `${name} failed; the terminal says why.`, []);
  }

  private async start(connection: DatabaseConnection, target: PopulateTarget, options: PopulateOptions): Promise<void> {
    const { file, folder, qualified, python } = await runnable(connection, target);
    const before = await this.errorCount(connection, target);
    const code = await this.run(connection, {
      folder,
      name: `Populate ${target.className}`,
      command: 'populate',
      args: [...populateArguments(qualified, file, options), ...python],
      table: qualified,
    });
    if (connection.state.kind === 'disconnected') return;
    const failed = (await this.errorCount(connection, target)) - before;
    if (failed > 0) {
      const message = `${target.className}: ${plural(failed, 'key')} failed.`;
      await offer('warning', message, [commandAction('Show Errors', commands.showErrors)]);
    } else if (code === 1 || code === 2) {
      await offer('error', `${target.className} was not populated; the terminal says why.`, []);
    }
  }

  /** Runs `djw` in the terminal while the views look often. @returns its exit code, see `runDjw` */
  async run(connection: DatabaseConnection, run: Omit<DjwRun, 'login'>): Promise<number | undefined> {
    const login = await connection.login();
    const name = login === null ? run.name : `${run.name} · ${connection.label}`;
    const watch = connection.watch();
    try {
      return await runDjw(this.context.extensionPath, { ...run, name, login });
    } finally {
      watch.dispose();
      await connection.refresh();
    }
  }

  /** How many errors the table's queue holds; none while the table does not exist. */
  private async errorCount(connection: DatabaseConnection, target: PopulateTarget): Promise<number> {
    const { overview } = await connection.opened();
    const tables = await overview.tables(target.schema);
    return tables.find((table) => table.className === target.className)?.jobs?.error ?? 0;
  }
}

/** What starting `djw` for a table takes. */
export interface Runnable {
  /** Which declares the table; absolute. */
  readonly file: string;
  readonly folder: vscode.WorkspaceFolder;
  /** `schema.ClassName`. */
  readonly qualified: string;
  readonly isPython: boolean;
  /** Arguments of `djw` that say which Python runs the file. */
  readonly python: readonly string[];
}

/** @throws ActionableError where code may not be run, without the class, and for a Python table without a server */
export async function runnable(connection: DatabaseConnection, target: PopulateTarget): Promise<Runnable> {
  requireTrust();
  const { tableClass, folder } = await requireClass(connection, target.schema, target.className);
  const { file } = tableClass;
  await requireServer(connection, target, file);
  const qualified = `${target.schema}.${target.className}`;
  return { file, folder, qualified, isPython: isPython(file), python: await pythonArguments(folder, file) };
}

const isPython = (file: string): boolean => path.extname(file) === '.py';

/**
 * For a Python table on the embedded database, which datajoint-python cannot use: says so, and offers a local server.
 * @throws CancellationError when there is none after that
 */
async function requireServer(connection: DatabaseConnection, { className }: PopulateTarget, file: string): Promise<void> {
  if (!isPython(file)) return;
  const isEmbedded = async () => {
    await connection.current();
    return connection.file !== null;
  };
  if (!(await isEmbedded())) return;
  const { needsServer } = await import('../../pipeline');
  const { localServer } = connection;
  const start = {
    title: startTitle,
    async run() {
      if (localServer !== null && (await startLocalServer(localServer))) await connection.connect();
    },
  };
  const offersStart = localServer !== null && (await canStart());
  const actions = [...(offersStart ? [start] : []), commandAction('Add Connection…', commands.addConnection)];
  await offer('error', needsServer(className).message, actions);
  if (await isEmbedded()) throw new vscode.CancellationError();
}

/** Which Python runs a file; nothing for a file in another language, or when nobody has chosen one. */
async function pythonArguments(folder: vscode.WorkspaceFolder, file: string): Promise<string[]> {
  if (!isPython(file)) return [];
  const chosen = await chosenPython(folder);
  return chosen === null ? [] : ['--python', chosen];
}
