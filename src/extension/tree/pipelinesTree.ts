import type { JobSummary, SchemaSummary, TableName, TableSummary } from '../../engine';
import { sentenceOf } from '../host';
import type { Connections, DatabaseConnection } from '../connections';
import type { TableClass } from '../../pipeline';
import { keyToText } from '../keys';
import type { SourceClasses } from '../source';
import { statusOrder } from './describe';
import type { TreeItems } from './items';
import { LiveTree } from './liveTree';
import { type ClassNode, type ConnectionNode, type JobGroupNode, type JobNode, type MoreNode, problemNodes, reading, type SchemaNode, type TableNode, type TreeNode } from './nodes';
import { Pages } from './pages';

/** Databases with at most this many schemas show them open and counted; others count a schema when it is opened. */
const countedSchemas = 8;

/** connection → schema → table → jobs by status → jobs; parts under their master. */
export class PipelinesTree extends LiveTree {
  readonly pages = new Pages();
  private filter = '';

  constructor(
    private readonly connections: Connections,
    private readonly sources: SourceClasses,
    items: TreeItems,
  ) {
    super(items);
  }

  /** Shows only tables whose class name contains `text`; empty: all. */
  setFilter(text: string): void {
    this.filter = text.trim().toLowerCase();
    void this.redraw();
  }

  protected async childrenOf(node: TreeNode | undefined): Promise<TreeNode[]> {
    if (node === undefined) return this.roots();
    try {
      switch (node.kind) {
        case 'connection':
          return await this.connectionChildren(node);
        case 'schema':
          return await this.schemaChildren(node);
        case 'table':
          return tableChildren(node);
        case 'jobGroup':
          return await this.jobs(node);
        default:
          return [];
      }
    } catch (thrown) {
      const { connection } = node as Extract<TreeNode, { connection: DatabaseConnection }>;
      return [{ kind: 'problem', id: `${node.id}/problem`, connection, message: sentenceOf(thrown) }];
    }
  }

  /** A folder whose database does not exist yet has no node while it is alone: the welcome text stands there. */
  private async roots(): Promise<TreeNode[]> {
    const states = await Promise.all(this.connections.all.map((connection) => connection.glance()));
    if (states.every((state) => state?.kind === 'missing')) return [];
    // A row that cannot be unfolded any more is another row, or the editor would leave it unfolded for ever.
    const idOf = ({ id, state }: DatabaseConnection) => (state.kind === 'disconnected' ? `${id}/off` : id);
    return this.connections.all.map((connection) => ({ kind: 'connection', id: idOf(connection), connection }));
  }

  private async connectionChildren({ id, connection }: ConnectionNode): Promise<TreeNode[]> {
    const state = await connection.glance();
    if (state === null || state.kind === 'closed') return [{ kind: 'note', id: `${id}/opening`, text: 'Connecting…' }];
    if (state.kind === 'disconnected') return [];
    if (state.kind === 'missing') return [{ kind: 'note', id: `${id}/missing`, text: 'Nothing has run here yet.' }];
    if (state.kind === 'problem') return [{ kind: 'problem', id: `${id}/problem`, connection, message: state.message }];
    const [declared, classes] = await Promise.all([connection.data.schemas(), this.sources.of(connection.folders)]);
    if (declared === null) return [reading(id)];
    const schemas = [...declared, ...schemasOnlyIn(classes, declared)];
    if (schemas.length === 0) {
      return [{ kind: 'note', id: `${id}/empty`, text: 'No tables yet: run a pipeline file.' }];
    }
    const counted = schemas.length <= countedSchemas;
    const nodes = await Promise.all(schemas.map((schema) => this.schemaNode(id, connection, schema, counted)));
    if (this.filter === '') return nodes;
    return nodes.filter((each) => each.tables === null || this.matching(each.tables).length > 0);
  }

  private async schemaNode(
    parent: string,
    connection: DatabaseConnection,
    schema: SchemaSummary,
    counted: boolean,
  ): Promise<SchemaNode> {
    const id = `${parent}/${schema.name}`;
    if (schema.problem !== null || (!counted && this.filter === '')) {
      return { kind: 'schema', id, connection, schema, tables: null, expanded: false };
    }
    try {
      return { kind: 'schema', id, connection, schema, tables: await this.tablesOf(connection, schema.name), expanded: true };
    } catch (thrown) {
      // One schema that this account may not read must not hide the others.
      return { kind: 'schema', id, connection, schema: { ...schema, problem: sentenceOf(thrown) }, tables: null, expanded: false };
    }
  }

  private async schemaChildren({ id, connection, schema }: SchemaNode): Promise<TreeNode[]> {
    if (schema.problem !== null) {
      return [{ kind: 'problem', id: `${id}/problem`, connection, message: schema.problem }];
    }
    const [tables, classes, links] = await Promise.all([
      this.tablesOf(connection, schema.name),
      this.sources.of(connection.folders),
      this.sources.linksOf(connection),
    ]);
    if (tables === null || links === null) return [reading(id)];
    const shown = this.matching(tables).filter((table) => table.master === null);
    // A class and the table that it becomes are one row, unless several tables are of that name.
    const isShared = ({ className }: TableSummary) => shown.filter((each) => each.className === className).length > 1;
    const nodes = shown.map((table): TableNode => ({
      kind: 'table',
      id: `${id}/${isShared(table) ? table.name.table : table.className}`,
      connection,
      table,
      parts: tables.filter((part) => part.master !== null && sameName(part.master, table.name)),
      hasClass: links.mayHaveClass(table),
    }));
    const undeclared = undeclaredIn(schema.name, classes, tables)
      .filter(({ className }) => className.toLowerCase().includes(this.filter))
      .map((tableClass): ClassNode => ({ kind: 'class', id: `${id}/${tableClass.className}`, connection, tableClass }));
    return [...nodes, ...undeclared];
  }

  /** Without totals that the sources know to be others; null while they are not read yet. */
  private async tablesOf(connection: DatabaseConnection, schema: string): Promise<TableSummary[] | null> {
    const [tables, links] = await Promise.all([connection.data.tables(schema), this.sources.linksOf(connection)]);
    if (tables === null || links === null) return null;
    const { withKnownTotal } = await import('../../pipeline');
    return tables.map((table) => withKnownTotal(table, links));
  }

  /** Tables that match the filter by their own name or by that of a part. */
  private matching(tables: readonly TableSummary[]): TableSummary[] {
    if (this.filter === '') return [...tables];
    const named = tables.filter((table) => table.className.toLowerCase().includes(this.filter));
    return tables.filter((table) => named.some((each) => each === table || sameName(each.master, table.name)));
  }

  private async jobs(node: JobGroupNode): Promise<TreeNode[]> {
    const limit = this.pages.limit(node.id);
    const list = await node.connection.data.jobs(node.table.name, node.status, limit);
    if (list === null) return [reading(node.id)];
    const { jobs, total, problems } = list;
    const rows: TreeNode[] = [...jobs.map((job) => jobNode(node, job)), ...problemNodes(node.id, node.connection, problems)];
    if (total > jobs.length) rows.push(moreNode(node.id, total - jobs.length));
    return rows;
  }
}

/** Schemas that the sources name and the database does not have yet. */
function schemasOnlyIn(classes: readonly TableClass[], declared: readonly SchemaSummary[]): SchemaSummary[] {
  const names = new Set(classes.flatMap(({ schemaName }) => (schemaName === null ? [] : [schemaName])));
  for (const { name } of declared) names.delete(name);
  return [...names].map((name) => ({ name, problem: null }));
}

function undeclaredIn(schema: string, classes: readonly TableClass[], tables: readonly TableSummary[]): TableClass[] {
  const declared = new Set(tables.map((table) => table.className));
  return classes.filter(
    ({ schemaName, className, tier }) => schemaName === schema && tier !== 'part' && !declared.has(className),
  );
}

function tableChildren({ id, connection, table, parts, hasClass }: TableNode): TreeNode[] {
  const groups = statusOrder.map((status): JobGroupNode => {
    const count = table.jobs?.[status] ?? 0;
    return { kind: 'jobGroup', id: `${id}/${status}`, connection, table, status, count };
  });
  const partNodes = parts.map((part): TableNode => ({
    kind: 'table',
    id: `${id}/part/${part.name.table}`,
    connection,
    table: part,
    parts: [],
    hasClass,
  }));
  return [...groups.filter((group) => group.count > 0), ...partNodes];
}

function jobNode({ id, connection, table }: JobGroupNode, job: JobSummary): JobNode {
  return { kind: 'job', id: `${id}/${keyToText(job.key)}`, connection, table, job, grouped: false };
}

export function moreNode(list: string, remaining: number): MoreNode {
  return { kind: 'more', id: `${list}/more`, list, remaining };
}

export function sameName(one: TableName | null, other: TableName): boolean {
  return one?.schema === other.schema && one.table === other.table;
}
