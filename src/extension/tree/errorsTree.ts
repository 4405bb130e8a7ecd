import * as vscode from 'vscode';
import type { JobSummary, Overview } from '../../engine';
import { sentenceOf } from '../host';
import type { Connections, DatabaseConnection } from '../connections';
import { keyToText } from '../keys';
import { groupBy, messageKind } from './describe';
import type { TreeItems } from './items';
import { LiveTree } from './liveTree';
import { type ErrorGroupNode, type JobNode, problemNodes, reading, type TreeNode } from './nodes';
import { Pages } from './pages';
import { moreNode } from './pipelinesTree';

/** All errored jobs: table → what they have in common → key. */
export class ErrorsTree extends LiveTree {
  readonly pages = new Pages();
  private readonly counts = new Map<DatabaseConnection, number>();
  private readonly counted = new vscode.EventEmitter<number>();
  /** The number of errored jobs of all folders, after each time that they were read. */
  readonly onDidCount = this.counted.event;

  constructor(
    private readonly connections: Connections,
    items: TreeItems,
  ) {
    super(items);
  }

  protected async childrenOf(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) return this.roots();
    if (node.kind !== 'errorGroup') return [];
    return node.message === null ? messageGroups(node) : node.jobs.map((job) => jobNode(node, job));
  }

  private async roots(): Promise<TreeNode[]> {
    const lists = await Promise.all(this.connections.all.map((connection) => this.tableGroups(connection)));
    this.counted.fire(this.connections.all.reduce((sum, connection) => sum + (this.counts.get(connection) ?? 0), 0));
    return lists.flat();
  }

  private async tableGroups(connection: DatabaseConnection): Promise<TreeNode[]> {
    const state = await connection.glance();
    if (state?.kind !== 'ready') {
      this.counts.delete(connection);
      return [];
    }
    try {
      const list = await connection.data.errors(this.pages.limit(connection.id));
      if (list === null) return [reading(connection.id)];
      const { jobs, total, problems } = list;
      this.counts.set(connection, total);
      const groups = groupBy(jobs, (job) => JSON.stringify([job.table.schema, job.table.table]));
      const { overview } = state.opened;
      const nodes = [
        ...[...groups].map(([id, members]) => tableGroup(connection, id, overview, members)),
        ...problemNodes(connection.id, connection, problems),
      ];
      return total > jobs.length ? [...nodes, moreNode(connection.id, total - jobs.length)] : nodes;
    } catch (thrown) {
      return [{ kind: 'problem', id: `${connection.id}/problem`, connection, message: sentenceOf(thrown) }];
    }
  }
}

function tableGroup(connection: DatabaseConnection, id: string, overview: Overview, jobs: readonly JobSummary[]): TreeNode {
  const [first] = jobs;
  if (first === undefined) throw new Error('A group has members.');
  const table = overview.named(first.table);
  return { kind: 'errorGroup', id: `${connection.id}/${id}`, connection, table, message: null, jobs };
}

function messageGroups(node: ErrorGroupNode): ErrorGroupNode[] {
  const groups = groupBy(node.jobs, (job) => messageKind(job.message));
  return [...groups].map(([message, jobs]) => ({ ...node, id: `${node.id}/${message}`, message, jobs }));
}

function jobNode({ id, connection, table }: ErrorGroupNode, job: JobSummary): JobNode {
  return { kind: 'job', id: `${id}/${keyToText(job.key)}`, connection, table, job, grouped: true };
}
