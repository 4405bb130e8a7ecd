import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { Tier } from '../../engine';
import type { DatabaseConnection } from '../connections';
import { row, type TooltipPart } from '../host';
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
      case 'note':
        return row({ label: node.text, icon: new vscode.ThemeIcon('info') });
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
      case 'more':
        return row({
          label: `Show more (${node.remaining.toLocaleString('en-US')} left)`,
          icon: new vscode.ThemeIcon('ellipsis'),
          command: { command: commands.loadMore, title: 'Show More', args: [node] },
        });
    }
  }

  private table(node: TableNode): vscode.TreeItem {
    const { table } = node;
    const jobs = table.jobs === null ? 0 : Object.values(table.jobs).reduce((sum, count) => sum + count, 0);
    const name = table.className.split('.').at(-1) ?? table.className;
    const description = tableDescription(table);
    return row({
      label: name,
      state: jobs + node.parts.length > 0 ? Collapsed : None,
      description,
      contextValue: tableContext(node),
      icon: problemOf(table) === '' ? this.tierIcon(table.tier) : warning,
      tooltip: tableTooltip(node),
      spoken: `${table.tier} table ${table.className}, ${description}`,
    });
  }

  private tableClass({ tableClass }: ClassNode): vscode.TreeItem {
    const { tier, className } = tableClass;
    const where = `${vscode.workspace.asRelativePath(tableClass.file, false)}:${tableClass.line}`;
    return row({
      label: className,
      description: 'not declared yet',
      contextValue: isAuto(tier) ? nodes.autoClass : nodes.storedClass,
      icon: this.tierIcon(tier),
      tooltip: `${className} is declared in the database when it is first used. Its class is in ${where}.`,
    });
  }

  private errorGroup(node: ErrorGroupNode): vscode.TreeItem {
    const count = plural(node.jobs.length, 'error');
    if (node.message === null) {
      const { kind, label } = node.connection;
      return row({
        label: node.table.className,
        state: Expanded,
        description: kind === 'added' ? `${count} · ${label}` : count,
        contextValue: nodes.errorGroup,
        icon: this.tierIcon(node.table.tier),
        tooltip: `${node.table.name.schema}.${node.table.className}: ${count}`,
      });
    }
    return row({
      label: node.message,
      state: node.jobs.length <= expandErrors ? Expanded : Collapsed,
      description: `${node.jobs.length} ×`,
      contextValue: nodes.errorGroup,
      icon: statusIcon.error,
      tooltip: node.message,
    });
  }

  private tierIcon(tier: Tier): { light: vscode.Uri; dark: vscode.Uri } {
    const icon = (theme: string) => vscode.Uri.joinPath(this.extensionUri, 'media', 'icons', `${tier}-${theme}.svg`);
    return { light: icon('light'), dark: icon('dark') };
  }
}

const warning = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));

const isAuto = (tier: Tier): boolean => tier === 'imported' || tier === 'computed';

function connectionItem(connection: DatabaseConnection): vscode.TreeItem {
  const off = connection.state.kind === 'disconnected';
  const isResting = connection.localState !== null && connection.localState.kind !== 'running';
  const notes = [connection.caution, connection.description, off ? 'disconnected' : ''].filter((note) => note !== '');
  const icon = isResting ? 'server-environment' : connection.file === null ? 'server' : 'database';
  return row({
    label: connection.label,
    state: off ? None : Expanded,
    description: notes.join(' · '),
    contextValue: contextValueOf(connection),
    icon: new vscode.ThemeIcon(off ? 'debug-disconnect' : icon),
    tooltip: connection.file ?? [connection.label, ...notes].join(' · '),
  });
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
  return row({
    label: node.message,
    contextValue: context,
    icon: warning,
    tooltip: `${node.message}\n\nClick to try again.`,
    command: { command: commands.reconnect, title: 'Try Again', args: [node] },
  });
}

/** A local server that does not run: a press starts it. */
function restingServer(node: ProblemNode): vscode.TreeItem {
  const { localState } = node.connection;
  const isBusy = localState?.kind === 'starting' || localState?.kind === 'stopping';
  const text = localState?.kind === 'starting' ? `${localState.step} …` : localState?.kind === 'stopped' ? 'Start the local server' : node.message;
  const color = localState?.kind === 'failed' ? new vscode.ThemeColor('list.warningForeground') : undefined;
  return row({
    label: text,
    contextValue: isBusy ? '' : nodes.problem.local,
    icon: new vscode.ThemeIcon(isBusy ? 'loading~spin' : localState?.kind === 'failed' ? 'warning' : 'play', color),
    tooltip: isBusy ? text : `${node.message}\n\nClick to start it.`,
    ...(isBusy ? {} : { command: { command: commands.startServer, title: 'Start', args: [node] } }),
  });
}

function schema(node: SchemaNode): vscode.TreeItem {
  const { problem: trouble } = node.schema;
  return row({
    label: node.schema.name,
    state: node.expanded ? Expanded : Collapsed,
    description: trouble ?? (node.tables === null ? '' : schemaDescription(node.tables)),
    contextValue: nodes.schema,
    icon: new vscode.ThemeIcon(trouble === null ? 'symbol-namespace' : 'warning'),
    ...(trouble === null ? {} : { tooltip: trouble }),
  });
}

const statusIcon = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  reserved: new vscode.ThemeIcon('sync', new vscode.ThemeColor('charts.blue')),
  pending: new vscode.ThemeIcon('clock'),
  ignore: new vscode.ThemeIcon('circle-slash'),
  success: new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green')),
} as const;

function jobGroup(node: JobGroupNode): vscode.TreeItem {
  return row({
    label: statusLabel[node.status],
    state: Collapsed,
    description: node.count.toLocaleString('en-US'),
    contextValue: nodes.jobGroup[node.status],
    icon: statusIcon[node.status],
  });
}

/** In a group of errors that say the same, the time tells more than the message once again. */
function job(node: JobNode): vscode.TreeItem {
  const at = node.job.completedAt;
  return row({
    label: shortKeyLabel(node.job.key),
    description: node.grouped && at !== null ? clock(at, Date.now()) : jobDescription(node.job, Date.now()),
    contextValue: nodes.job[node.job.status],
    tooltip: jobTooltip(node),
    ...(node.job.status === 'error' ? { command: { command: commands.openError, title: 'Open Error', args: [node] } } : {}),
  });
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
  return row({
    label: workerLabel({ worker }),
    state: worker.jobs.length > 1 ? Collapsed : None,
    description: `${description}${where}`,
    contextValue: nodes.worker[kind],
    icon: verdictIcon[verdict],
    tooltip: [
      `${plural(worker.jobs.length, 'job')} of ${[...new Set(tables.map(({ className }) => className))].join(', ')}`,
      reason,
      `user ${worker.user} · connection ${worker.connectionId}${where}`,
    ].join('\n\n'),
  });
}

function tableContext({ table: { tier }, hasClass }: TableNode): string {
  if (!hasClass) return nodes.tableWithoutClass;
  return tier === 'part' ? nodes.partTable : isAuto(tier) ? nodes.autoTable : nodes.storedTable;
}

function tableTooltip({ table, hasClass }: TableNode): TooltipPart[] {
  const problem = problemOf(table);
  const jobs = Object.entries(table.jobs ?? {}).filter(([, count]) => count > 0);
  const texts = [
    table.comment,
    problem,
    table.progress === null ? '' : `Keys: ${keysText(table)}`,
    table.rows === null ? '' : plural(table.rows, 'row'),
    jobs.length === 0 ? '' : `Jobs: ${jobs.map(([status, count]) => `${count} ${status}`).join(', ')}`,
    hasClass ? '' : 'The files here have no class for it.',
  ].filter((text) => text !== '');
  return [
    { heading: table.className, note: table.tier },
    ...texts.map((text) => ({ text })),
    { code: `${table.name.schema}.${table.name.table}` },
  ];
}

function jobTooltip({ job: summary, table }: JobNode): TooltipPart[] {
  const facts = [
    workerLabel(summary),
    summary.completedAt === null ? '' : new Date(summary.completedAt).toLocaleString(),
    summary.duration === null ? '' : `ran ${seconds(summary.duration)}`,
  ].filter((fact) => fact !== '');
  const texts = [firstLine(summary.message), facts.join(' · ')].filter((text) => text !== '');
  return [
    { heading: table.className, note: statusLabel[summary.status].toLowerCase() },
    { code: keyLabel(summary.key) },
    ...texts.map((text) => ({ text })),
  ];
}
