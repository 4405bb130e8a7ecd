import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { TableSummary, Tier } from '../../engine';
import type { DatabaseConnection } from '../connections';
import { commands, nodes } from '../ids';
import { keyLabel, shortKeyLabel } from '../keys';
import { clock, keysText, plural, problemOf } from '../words';
import { firstLine, jobDescription, schemaDescription, seconds, statusLabel, tableDescription, workerDescription, workerLabel } from './describe';
import type { ClassNode, ErrorGroupNode, JobGroupNode, JobNode, ProblemNode, SchemaNode, TableNode, TreeNode, WorkerNode } from './nodes';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** Groups with at most this many errors open by themselves. */
const expandErrors = 20;

/** Turns nodes into what VS Code draws. */
export class TreeItems {
  constructor(private readonly extensionUri: vscode.Uri) {}

  of(node: TreeNode): vscode.TreeItem {
    const item = this.draw(node);
    item.id = node.id;
    return item;
  }

  private draw(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'connection':
        return connectionItem(node.connection);
      case 'problem':
        return problem(node);
      case 'note': {
        const item = new vscode.TreeItem(node.text, None);
        item.iconPath = new vscode.ThemeIcon('info');
        return item;
      }
      case 'schema':
        return schema(node);
      case 'table':
        return this.table(node);
      case 'class':
        return this.tableClass(node);
      case 'jobGroup':
        return jobGroup(node);
      case 'job':
        return job(node);
      case 'errorGroup':
        return this.errorGroup(node);
      case 'worker':
        return workerItem(node);
      case 'more': {
        const item = new vscode.TreeItem(`Show more (${node.remaining.toLocaleString('en-US')} left)`, None);
        item.iconPath = new vscode.ThemeIcon('ellipsis');
        item.command = { command: commands.loadMore, title: 'Show More', arguments: [node] };
        return item;
      }
    }
  }

  private table(node: TableNode): vscode.TreeItem {
    const { table } = node;
    const jobs = table.jobs === null ? 0 : Object.values(table.jobs).reduce((sum, count) => sum + count, 0);
    const name = table.className.split('.').at(-1) ?? table.className;
    const item = labelled(
      name,
      jobs + node.parts.length > 0 ? Collapsed : None,
      tableDescription(table),
      table.tier === 'part' ? nodes.partTable : isAuto(table.tier) ? nodes.autoTable : nodes.storedTable,
    );
    item.iconPath = problemOf(table) === '' ? this.tierIcon(table.tier) : warning;
    item.tooltip = tableTooltip(table);
    item.accessibilityInformation = { label: `${table.tier} table ${table.className}, ${tableDescription(table)}` };
    return item;
  }

  private tableClass({ tableClass }: ClassNode): vscode.TreeItem {
    const { tier, className } = tableClass;
    const item = labelled(className, None, 'not declared yet', isAuto(tier) ? nodes.autoClass : nodes.storedClass);
    item.iconPath = this.tierIcon(tier);
    const where = `${vscode.workspace.asRelativePath(tableClass.file, false)}:${tableClass.line}`;
    item.tooltip = `${className} is declared in the database when it is first used. Its class is in ${where}.`;
    return item;
  }

  private errorGroup(node: ErrorGroupNode): vscode.TreeItem {
    const count = plural(node.jobs.length, 'error');
    if (node.message === null) {
      const { kind, label } = node.connection;
      const where = kind === 'added' ? `${count} · ${label}` : count;
      const item = labelled(node.table.className, Expanded, where, nodes.errorGroup);
      item.iconPath = this.tierIcon(node.table.tier);
      item.tooltip = `${node.table.name.schema}.${node.table.className}: ${count}`;
      return item;
    }
    const state = node.jobs.length <= expandErrors ? Expanded : Collapsed;
    const item = labelled(node.message, state, `${node.jobs.length} ×`, nodes.errorGroup);
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.tooltip = node.message;
    return item;
  }

  private tierIcon(tier: Tier): { light: vscode.Uri; dark: vscode.Uri } {
    const icon = (theme: string) => vscode.Uri.joinPath(this.extensionUri, 'media', 'icons', `${tier}-${theme}.svg`);
    return { light: icon('light'), dark: icon('dark') };
  }
}

const warning = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));

const isAuto = (tier: Tier): boolean => tier === 'imported' || tier === 'computed';

function labelled(
  label: string,
  state: vscode.TreeItemCollapsibleState,
  description: string,
  contextValue: string,
): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.description = description;
  item.contextValue = contextValue;
  return item;
}

function connectionItem(connection: DatabaseConnection): vscode.TreeItem {
  const off = connection.state.kind === 'disconnected';
  const isResting = connection.localState !== null && connection.localState.kind !== 'running';
  const notes = [connection.description, off ? 'disconnected' : ''].filter((note) => note !== '');
  const item = labelled(connection.label, off ? None : Expanded, notes.join(' · '), contextValueOf(connection));
  const icon = isResting ? 'server-environment' : connection.file === null ? 'server' : 'database';
  item.iconPath = new vscode.ThemeIcon(off ? 'debug-disconnect' : icon);
  item.tooltip = connection.file ?? [connection.label, ...notes].join(' · ');
  return item;
}

function contextValueOf(connection: DatabaseConnection): string {
  const off = connection.state.kind === 'disconnected';
  if (connection.kind === 'added') return off ? nodes.connection.addedOff : nodes.connection.added;
  if (off) return nodes.connection.foundOff;
  const { localState } = connection;
  if (localState !== null) return localState.kind === 'running' || localState.kind === 'starting' ? nodes.connection.local : nodes.connection.localOff;
  return connection.file === null ? nodes.connection.found : nodes.connection.embedded;
}

function problem(node: ProblemNode): vscode.TreeItem {
  const { kind, file, localState } = node.connection;
  if (localState !== null && localState.kind !== 'running') return restingServer(node);
  const context = kind === 'added' ? nodes.problem.added : file === null ? nodes.problem.found : nodes.problem.embedded;
  const item = labelled(node.message, None, '', context);
  item.iconPath = warning;
  item.tooltip = `${node.message}\n\nClick to try again.`;
  item.command = { command: commands.reconnect, title: 'Try Again', arguments: [node] };
  return item;
}

/** A local server that does not run: a press starts it. */
function restingServer(node: ProblemNode): vscode.TreeItem {
  const { localState } = node.connection;
  const isBusy = localState?.kind === 'starting' || localState?.kind === 'stopping';
  const text = localState?.kind === 'starting' ? `${localState.step} …` : localState?.kind === 'stopped' ? 'Start the local server' : node.message;
  const item = labelled(text, None, '', isBusy ? '' : nodes.problem.local);
  const color = localState?.kind === 'failed' ? new vscode.ThemeColor('list.warningForeground') : undefined;
  item.iconPath = new vscode.ThemeIcon(isBusy ? 'loading~spin' : localState?.kind === 'failed' ? 'warning' : 'play', color);
  item.tooltip = isBusy ? text : `${node.message}\n\nClick to start it.`;
  if (!isBusy) item.command = { command: commands.startServer, title: 'Start', arguments: [node] };
  return item;
}

function schema(node: SchemaNode): vscode.TreeItem {
  const { problem: trouble } = node.schema;
  const description = trouble ?? (node.tables === null ? '' : schemaDescription(node.tables));
  const item = labelled(node.schema.name, node.expanded ? Expanded : Collapsed, description, nodes.schema);
  item.iconPath = new vscode.ThemeIcon(trouble === null ? 'symbol-namespace' : 'warning');
  if (trouble !== null) item.tooltip = trouble;
  return item;
}

const statusIcon = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  reserved: new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.blue')),
  pending: new vscode.ThemeIcon('clock'),
  ignore: new vscode.ThemeIcon('circle-slash'),
  success: new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green')),
} as const;

function jobGroup(node: JobGroupNode): vscode.TreeItem {
  const item = labelled(
    statusLabel[node.status],
    Collapsed,
    node.count.toLocaleString('en-US'),
    nodes.jobGroup[node.status],
  );
  item.iconPath = statusIcon[node.status];
  return item;
}

/** In a group of errors that say the same, the time tells more than the message once again. */
function job(node: JobNode): vscode.TreeItem {
  const at = node.job.completedAt;
  const description = node.grouped && at !== null ? clock(at, Date.now()) : jobDescription(node.job, Date.now());
  const item = labelled(shortKeyLabel(node.job.key), None, description, nodes.job[node.job.status]);
  item.tooltip = jobTooltip(node);
  if (node.job.status === 'error') {
    item.command = { command: commands.openError, title: 'Open Error', arguments: [node] };
  }
  return item;
}

const verdictIcon = {
  alive: new vscode.ThemeIcon('pulse', new vscode.ThemeColor('charts.green')),
  gone: new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.errorForeground')),
  unknown: new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground')),
} as const;

function workerItem({ connection, worker, tables }: WorkerNode): vscode.TreeItem {
  const { verdict, reason } = worker.liveness;
  const isHere = worker.host === hostname();
  const kind = verdict === 'alive' ? (isHere ? 'here' : 'away') : verdict;
  const description = workerDescription(worker, tables[0], Date.now());
  const where = connection.kind === 'added' ? ` · ${connection.label}` : '';
  const state = worker.jobs.length > 1 ? Collapsed : None;
  const item = labelled(workerLabel({ worker }), state, `${description}${where}`, nodes.worker[kind]);
  item.iconPath = verdictIcon[verdict];
  item.tooltip = [
    `${plural(worker.jobs.length, 'job')} of ${[...new Set(tables.map(({ className }) => className))].join(', ')}`,
    reason,
    `user ${worker.user} · connection ${worker.connectionId}${where}`,
  ].join('\n\n');
  return item;
}

function tableTooltip(table: TableSummary): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escape(table.className)}** · ${table.tier}\n\n`);
  if (table.comment !== '') text.appendText(table.comment).appendMarkdown('\n\n');
  const problem = problemOf(table);
  if (problem !== '') text.appendText(problem).appendMarkdown('\n\n');
  if (table.progress !== null) text.appendMarkdown(`Keys: ${keysText(table)}\n\n`);
  if (table.rows !== null) text.appendMarkdown(`${plural(table.rows, 'row')}\n\n`);
  const jobs = Object.entries(table.jobs ?? {}).filter(([, count]) => count > 0);
  if (jobs.length > 0) text.appendMarkdown(`Jobs: ${jobs.map(([status, count]) => `${count} ${status}`).join(', ')}\n\n`);
  text.appendCodeblock(`${table.name.schema}.${table.name.table}`, 'text');
  return text;
}

function jobTooltip(node: JobNode): vscode.MarkdownString {
  const { job: summary, table } = node;
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escape(table.className)}** · ${statusLabel[summary.status].toLowerCase()}\n\n`);
  text.appendCodeblock(keyLabel(summary.key), 'text');
  if (summary.message !== '') text.appendText(firstLine(summary.message)).appendMarkdown('\n\n');
  const facts = [
    workerLabel(summary),
    summary.completedAt === null ? '' : new Date(summary.completedAt).toLocaleString(),
    summary.duration === null ? '' : `ran ${seconds(summary.duration)}`,
  ].filter((fact) => fact !== '');
  if (facts.length > 0) text.appendText(facts.join(' · '));
  return text;
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>]/g, '\\$&');
}
