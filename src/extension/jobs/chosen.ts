import { type Key, keyToText } from '../keys';
import type { TreeNode } from '../tree';
import { type ChosenJobs, keysOf } from './jobs';

/** The jobs that a command was called on: the clicked node, or the whole selection when it is part of it. */
export async function chosenJobs(clicked: unknown, selection: unknown): Promise<ChosenJobs[]> {
  const nodes = Array.isArray(selection) && selection.includes(clicked) ? selection : [clicked];
  const byTable = new Map<string, ChosenJobs>();
  for (const node of nodes) {
    if (!isTreeNode(node)) continue;
    const jobs = await jobsOf(node);
    if (jobs === null) continue;
    const id = `${jobs.connection.id} ${JSON.stringify([jobs.table.name.schema, jobs.table.name.table])}`;
    const before = byTable.get(id);
    byTable.set(id, { ...jobs, keys: distinct([...(before?.keys ?? []), ...jobs.keys]) });
  }
  return [...byTable.values()];
}

/** A group and a job in it may be selected together. */
function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [keyToText(key), key])).values()];
}

export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}

async function jobsOf(node: TreeNode): Promise<ChosenJobs | null> {
  switch (node.kind) {
    case 'job':
      return { connection: node.connection, table: node.table, keys: [node.job.key] };
    case 'errorGroup':
      if (node.message === null) {
        return { connection: node.connection, table: node.table, keys: await keysOf(node.connection, node.table, 'error') };
      }
      return { connection: node.connection, table: node.table, keys: node.jobs.map((job) => job.key) };
    case 'jobGroup':
      return { connection: node.connection, table: node.table, keys: await keysOf(node.connection, node.table, node.status) };
    default:
      return null;
  }
}
