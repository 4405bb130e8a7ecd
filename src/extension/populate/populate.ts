import * as vscode from 'vscode';
import type { TableSummary } from '../../engine';
import { ActionableError, commandAction, offer } from '../actions';
import type { FolderConnection } from '../connections';
import { commands } from '../ids';
import { type Key, keysToRestriction } from '../keys';
import { requireClass } from '../source';
import { plural } from '../words';
import { askOptions } from './askOptions';
import { defaultOptions, populateArguments, type PopulateOptions, readOptions } from './options';
import { runDjw } from './task';

/** Longest restriction that goes on a command line; Windows allows 32,767 characters for the whole of it. */
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

/** Starts `djw` for tables and tells how it went. */
export class Populator {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Populates with reserved jobs and suppressed errors, so that every error is recorded and can be browsed. */
  async populate(connection: FolderConnection, table: TableSummary): Promise<void> {
    await this.start(connection, table, defaultOptions);
  }

  async populateWithOptions(connection: FolderConnection, table: TableSummary): Promise<void> {
    requireTrust();
    const memory = `populate:${table.name.schema}.${table.name.table}`;
    const options = await askOptions(table.className, readOptions(this.context.workspaceState.get(memory)));
    if (options === undefined) return;
    await this.context.workspaceState.update(memory, options);
    await this.start(connection, table, options);
  }

  /** Populates these keys only. They must be pending already. */
  async populateKeys(connection: FolderConnection, table: TableSummary, keys: readonly Key[]): Promise<void> {
    const restriction = keysToRestriction(keys);
    const fits = restriction.length <= maxRestriction;
    await this.start(connection, table, { ...defaultOptions, restriction: fits ? restriction : '' });
  }

  async refreshJobs(connection: FolderConnection, table: TableSummary): Promise<void> {
    requireTrust();
    const { tableClass } = await requireClass(connection.folder, table.name.schema, table.className);
    const qualified = `${table.name.schema}.${table.className}`;
    const code = await this.run(connection, {
      name: `Refresh Jobs ${table.className}`,
      command: 'refresh',
      args: [qualified, '--pipeline', tableClass.file],
      table: qualified,
    });
    if (code === 2) await offer('error', `${table.className}: the jobs were not refreshed; the terminal says why.`, []);
  }

  /** Runs a pipeline file from top to bottom: declares its tables and does what it says. */
  async runFile(connection: FolderConnection, file: string): Promise<number | undefined> {
    requireTrust();
    const name = vscode.workspace.asRelativePath(file, false);
    return this.run(connection, { name: `Run ${name}`, command: 'run', args: [file], table: name });
  }

  private async start(connection: FolderConnection, table: TableSummary, options: PopulateOptions): Promise<void> {
    requireTrust();
    const { tableClass } = await requireClass(connection.folder, table.name.schema, table.className);
    const qualified = `${table.name.schema}.${table.className}`;
    const code = await this.run(connection, {
      name: `Populate ${table.className}`,
      command: 'populate',
      args: populateArguments(qualified, tableClass.file, options),
      table: qualified,
    });
    if (code === 1) await this.tellErrors(connection, table);
    if (code === 2) await offer('error', `${table.className} was not populated; the terminal says why.`, []);
  }

  private async run(connection: FolderConnection, run: Omit<Parameters<typeof runDjw>[1], 'folder'>) {
    const watch = connection.watch();
    try {
      return await runDjw(this.context.extensionPath, { ...run, folder: connection.folder });
    } finally {
      watch.dispose();
      await connection.refresh();
    }
  }

  private async tellErrors(connection: FolderConnection, table: TableSummary): Promise<void> {
    const { overview } = await connection.opened();
    const { total } = await overview.jobs(table.name, 'error', { limit: 1, offset: 0 });
    if (total === 0) return;
    const message = `${table.className}: ${plural(total, 'key')} failed.`;
    await offer('warning', message, [commandAction('Show Errors', commands.showErrors)]);
  }
}
