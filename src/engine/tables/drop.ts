import type { Connection, TableSpec } from '../database';
import { classNameOf, jobsTableOf, tierOf } from '../definition';
import { DataJointError } from '../errors';
import { confirmed, type DropOptions, partIntegrityOf } from './confirm';
import { countRows } from './family';
import { addressOf, assertAcyclic, masterNameOf } from './graph';
import { readDependents } from './readGraph';

/**
 * Drops a table with everything that depends on it, and their job queues, children first.
 * Source: datajoint-python 2.3.5, `table.Table.drop`, which leaves the queues.
 * @returns the addresses of the tables; none when somebody was asked and refused
 * @throws DataJointError `not_allowed` inside a transaction, for a part whose master stays, and for references in a circle;
 * `access` without the privilege for one of them. Where some are dropped when an error comes, it names them.
 */
export async function dropCascading(connection: Connection, spec: TableSpec, options: DropOptions): Promise<string[]> {
  const what = classNameOf(spec.name.table);
  const partIntegrity = partIntegrityOf(options.partIntegrity, ['enforce', 'ignore']);
  if (connection.inTransaction) throw new DataJointError('not_allowed', `${what} cannot be dropped inside a transaction or a make().`);
  const graph = await readDependents(connection, spec.name, { masters: false });
  assertAcyclic(graph, `${what} cannot be dropped`);
  const doomed = graph.sorted().reverse();
  const alone = doomed.find(({ name }) => {
    const master = tierOf(name.table) === 'part' ? masterNameOf(name) : null;
    return master !== null && graph.table(master) === null;
  });
  if (alone !== undefined && partIntegrity === 'enforce') {
    throw new DataJointError(
      'not_allowed',
      `${classNameOf(alone.name.table)} is a part: drop its master, and it goes with it, or give partIntegrity: 'ignore' to drop it alone.`,
    );
  }
  const visible = doomed.filter((table) => tierOf(table.name.table) !== 'hidden');
  if (!(await confirmed(options, async () => ({ verb: 'drop', what, tables: await countRows(connection, visible) })))) return [];
  const known = new Set((await connection.catalog.tableNames()).map(addressOf));
  // A queue is for one table and goes with it.
  const queues = doomed
    .map(({ name }) => ({ schema: name.schema, table: jobsTableOf(name.table) }))
    .filter((queue) => known.has(addressOf(queue)));
  await connection.catalog.dropTables([...queues, ...doomed.map(({ name }) => name)]);
  return doomed.map(({ name }) => addressOf(name));
}
