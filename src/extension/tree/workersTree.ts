import { sentenceOf } from '../host';
import type { Connections, DatabaseConnection } from '../connections';
import { keyToText } from '../keys';
import type { TreeItems } from './items';
import { LiveTree } from './liveTree';
import { type JobNode, problemNodes, reading, type TreeNode, type WorkerNode } from './nodes';

/** More jobs of one worker than this nobody reads. */
const mostJobs = 200;

/** Who holds jobs right now, and whether they live: worker → its jobs, where it holds several. */
export class WorkersTree extends LiveTree {
  constructor(
    private readonly connections: Connections,
    items: TreeItems,
  ) {
    super(items);
  }

  protected async childrenOf(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) return (await Promise.all(this.connections.all.map(workersOf))).flat();
    return node.kind === 'worker' && node.worker.jobs.length > 1 ? jobsOf(node) : [];
  }
}

async function workersOf(connection: DatabaseConnection): Promise<TreeNode[]> {
  const state = await connection.glance();
  if (state?.kind !== 'ready') return [];
  const { overview } = state.opened;
  try {
    const list = await connection.data.workers();
    if (list === null) return [reading(connection.id)];
    const nodes = list.workers.map((worker): WorkerNode => {
      const { host, pid, connectionId, jobs } = worker;
      const id = `${connection.id}/${JSON.stringify([host, pid, connectionId])}`;
      return { kind: 'worker', id, connection, worker, tables: jobs.map((job) => overview.named(job.table)) };
    });
    return [...nodes, ...problemNodes(connection.id, connection, list.problems)];
  } catch (thrown) {
    return [{ kind: 'problem', id: `${connection.id}/problem`, connection, message: sentenceOf(thrown) }];
  }
}

function jobsOf({ id, connection, worker, tables }: WorkerNode): TreeNode[] {
  return worker.jobs.slice(0, mostJobs).flatMap((job, at): JobNode[] => {
    const table = tables[at];
    const jobId = `${id}/${JSON.stringify([job.table.schema, job.table.table])}/${keyToText(job.key)}`;
    return table === undefined ? [] : [{ kind: 'job', id: jobId, connection, table, job, grouped: false }];
  });
}
