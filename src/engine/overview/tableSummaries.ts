import { concat, type Fragment, type Queryable, raw, sql, Compiler, EXPRESSION, fromClause, whereClause, Query } from '../algebra';
import type { Connection, ReadOptions, TableName, TableSpec } from '../database';
import { classNameOf, masterOf, tierOf } from '../definition';
import { jobTableName, schemaJobsName } from '../jobs';
import { addressOf, joinParents, StoredTable, TableGraph } from '../tables';
import type { JobCounts, JobStatus, NamedTable, TableSummary, Tier } from './contract';
import { countByTable, type SchemaJobCounts } from './schemaCounts';

/** How many counts one statement unites; SQLite allows 500 terms. */
const COUNTS_PER_STATEMENT = 200;

/** One number that is wanted: a SELECT that gives it as `n`, or several rows of `label` and `n`. */
interface Count {
  readonly id: string;
  readonly select: Fragment;
}

/** The tables of a schema with their counts, in a few statements however many tables. */
export async function tableSummaries(connection: Connection, schema: string, options?: ReadOptions): Promise<TableSummary[]> {
  const graph = new TableGraph(await withParents(connection, schema, options));
  const specs = graph.sorted().filter((spec) => spec.name.schema === schema);
  const visible = specs.filter((spec) => tierOf(spec.name.table) !== 'hidden');
  const counts = await countAll(connection, visible.flatMap((spec) => countsOf(connection, graph, spec)), options);
  const schemaJobs = graph.table(schemaJobsName(schema));
  const schemaCounts = schemaJobs === null ? null : await countByTable({ connection, spec: schemaJobs }, options);
  return visible.map((spec) => summary(graph, spec, counts.get(addressOf(spec.name)) ?? new Map<string, number>(), schemaCounts));
}

/** The schema's tables, and those of other schemas that they refer to. */
async function withParents(connection: Connection, schema: string, options?: ReadOptions): Promise<TableSpec[]> {
  const own = await connection.catalog.tables([schema], options);
  const others = new Set(own.flatMap((spec) => spec.foreignKeys.map((key) => key.parent.schema)).filter((name) => name !== schema));
  return others.size === 0 ? own : [...own, ...(await connection.catalog.tables([...others], options))];
}

function countsOf(connection: Connection, graph: TableGraph, spec: TableSpec): Count[] {
  const { dialect } = connection;
  const id = addressOf(spec.name);
  const count = (label: string, from: Fragment): Count => ({ id, select: sql`SELECT '${raw(label)}' AS label, COUNT(*) AS n FROM ${from}` });
  const counts = [count('rows', raw(dialect.tableReference(spec.name)))];
  const tier = tierOf(spec.name.table);
  if (tier !== 'computed' && tier !== 'imported') return counts;
  const keys = storedKeySource(connection, graph, spec);
  if (keys !== null) {
    const done = new Query(keys[EXPRESSION]).restrict(new Query({ op: 'table', source: new StoredTable(connection, spec) }).proj());
    counts.push(count('total', rowsOf(connection, keys)), count('done', rowsOf(connection, done)));
  }
  const jobs = graph.table(jobTableName(spec.name));
  if (jobs !== null) {
    const status = dialect.quoteIdentifier('status');
    counts.push({ id, select: raw(`SELECT ${status} AS label, COUNT(*) AS n FROM ${dialect.tableReference(jobs.name)} GROUP BY ${status}`) });
  }
  return counts;
}

/** The default key source of a table as its foreign keys tell it; null when a parent cannot be seen. */
function storedKeySource(connection: Connection, graph: TableGraph, spec: TableSpec): Query | null {
  const inKey = new Set(spec.attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name));
  const references = spec.foreignKeys.filter((key) => key.columns.every((column) => inKey.has(column.child)));
  const parents = references.flatMap((key) => {
    const parent = graph.table(key.parent);
    const renames = Object.fromEntries(key.columns.filter((c) => c.child !== c.parent).map((c) => [c.child, c.parent]));
    return parent === null ? [] : [{ source: new StoredTable(connection, parent), renames }];
  });
  return parents.length === references.length ? joinParents(parents) : null;
}

function rowsOf(connection: Connection, query: Queryable): Fragment {
  const compiler = new Compiler(connection.dialect);
  const block = compiler.open(compiler.block(query[EXPRESSION]));
  return sql`${fromClause(block)}${whereClause(block.where)}`;
}

/** Table address → label → number. */
async function countAll(connection: Connection, counts: readonly Count[], options?: ReadOptions): Promise<Map<string, Map<string, number>>> {
  const found = new Map<string, Map<string, number>>();
  for (let i = 0; i < counts.length; i += COUNTS_PER_STATEMENT) {
    const chunk = counts.slice(i, i + COUNTS_PER_STATEMENT);
    const selects = chunk.map(({ select }, k) => sql`SELECT ${String(k)} AS source, label, n FROM (${select}) AS c${String(k)}`);
    for (const row of await connection.executor.all(concat(selects, ' UNION ALL '), options)) {
      const id = chunk[Number(row['source'])]?.id ?? '';
      const ofTable = found.get(id) ?? new Map<string, number>();
      ofTable.set(String(row['label']), Number(row['n']));
      found.set(id, ofTable);
    }
  }
  return found;
}

export const namedTable = (name: TableName): NamedTable => ({ name, className: classNameOf(name.table), tier: tierOf(name.table) as Tier });

function summary(
  graph: TableGraph,
  spec: TableSpec,
  counts: ReadonlyMap<string, number>,
  schemaCounts: SchemaJobCounts | null,
): TableSummary {
  const total = counts.get('total');
  const master = masterOf(spec.name.table);
  const named = namedTable(spec.name);
  const isAuto = named.tier === 'computed' || named.tier === 'imported';
  const hasOwn = graph.table(jobTableName(spec.name)) !== null;
  const ofSchema = isAuto ? (schemaCounts?.of(spec.name.table) ?? null) : null;
  const of = (status: JobStatus) => (counts.get(status) ?? 0) + (ofSchema?.[status] ?? 0);
  const jobs: JobCounts = { pending: of('pending'), reserved: of('reserved'), success: of('success'), error: of('error'), ignore: of('ignore') };
  const shared = ofSchema === null ? null : 'schema';
  return {
    ...named,
    master: master === null ? null : { schema: spec.name.schema, table: master },
    comment: spec.comment,
    rows: counts.get('rows') ?? 0,
    progress: total === undefined ? null : { done: counts.get('done') ?? 0, total },
    jobs: hasOwn || ofSchema !== null ? jobs : null,
    layout: hasOwn ? 'table' : shared,
  };
}
