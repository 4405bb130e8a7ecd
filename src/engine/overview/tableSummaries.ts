import { type Fragment, raw, sql } from '../algebra';
import type { Connection, ReadOptions, TableName, TableSpec } from '../database';
import { classNameOf, masterOf, tierOf } from '../definition';
import { jobTableName, schemaJobsName } from '../jobs';
import { addressOf, TableGraph } from '../tables';
import type { JobStatus, NamedTable, SchemaTables, TableProgress, TableSummary, Tier } from './contract';
import type { Counted, Counter } from './counter';
import { keyCounts, MOST_PAIRS } from './keyCounts';
import { problemOf } from './problem';
import { ownQueueProblem, sharedQueueProblem, unreadable } from './queueShape';
import { countByTable, type SchemaJobCounts } from './schemaCounts';

/** In the order of their labels in counts, which begin with 1. */
const STATUSES: readonly JobStatus[] = ['pending', 'reserved', 'success', 'error', 'ignore'];

type What = 'rows' | 'total' | 'done' | 'jobs';
type Counts = ReadonlyMap<What, Counted | undefined>;

/** What is counted of one table, each with a SELECT. */
interface Plan {
  readonly spec: TableSpec;
  readonly selects: ReadonlyMap<What, Fragment>;
  /** Why its keys cannot be counted; undefined for a table whose keys nobody counts. */
  readonly keyProblem: string | null | undefined;
  readonly queue: TableSpec | null;
  readonly queueProblem: string | null;
}

/** The jobs of a schema's tables in its schema-wide queue; null without one. */
type SharedJobs = SchemaJobCounts | { readonly problem: string } | null;

/** The tables of a schema with their counts, in a few statements however many tables. */
export async function tableSummaries(connection: Connection, counter: Counter, schema: string, options?: ReadOptions): Promise<TableSummary[]> {
  return await summaries(connection, counter, await connection.catalog.tables([schema], options), options);
}

/** The tables of several schemas, which the catalogue tells at once; one that cannot be read hides no other. */
export async function allSummaries(connection: Connection, counter: Counter, schemas: readonly string[], options?: ReadOptions): Promise<SchemaTables[]> {
  const all = await connection.catalog.tables(schemas, options).catch((thrown: unknown) => {
    problemOf(thrown);
    return null;
  });
  const known = new Map((all ?? []).map((spec) => [addressOf(spec.name), spec]));
  const bySchema = new Map<string, TableSpec[]>(schemas.map((name) => [name, []]));
  for (const spec of all ?? []) bySchema.get(spec.name.schema)?.push(spec);
  const found: SchemaTables[] = [];
  for (const [name, specs] of bySchema) {
    try {
      const tables = all === null ? await tableSummaries(connection, counter, name, options) : await summaries(connection, counter, specs, options, known);
      found.push({ schema: { name, problem: null }, tables });
    } catch (thrown) {
      found.push({ schema: { name, problem: problemOf(thrown) }, tables: [] });
    }
  }
  return found;
}

/** One table, or null. */
export async function tableSummary(connection: Connection, counter: Counter, name: TableName, options?: ReadOptions): Promise<TableSummary | null> {
  const specs = await connection.catalog.tablesNamed([name, jobTableName(name), schemaJobsName(name.schema)], options);
  const found = await summaries(connection, counter, specs.filter((spec) => spec !== null), options);
  return found[0] ?? null;
}

/** @param known all tables by their addresses; without them, those of other schemas that these refer to are read */
async function summaries(connection: Connection, counter: Counter, specs: readonly TableSpec[], options?: ReadOptions, known?: ReadonlyMap<string, TableSpec>): Promise<TableSummary[]> {
  const own = new Set(specs.map(({ name }) => addressOf(name)));
  const others = namesOfOtherParents(specs, own);
  const parents = known === undefined ? await readTables(connection, others, options) : others.flatMap((name) => known.get(addressOf(name)) ?? []);
  const graph = new TableGraph([...specs, ...parents]);
  const plans = graph
    .sorted()
    .filter(({ name }) => own.has(addressOf(name)) && tierOf(name.table) !== 'hidden')
    .map((spec) => planOf(connection, graph, spec));
  const selects = plans.flatMap((plan) => [...plan.selects].map(([what, select]) => ({ plan, what, select })));
  const counted = await counter.all(selects.map(({ select }) => select), options);
  const counts = new Map<Plan, Map<What, Counted | undefined>>(plans.map((plan) => [plan, new Map()]));
  selects.forEach(({ plan, what }, at) => counts.get(plan)?.set(what, counted[at]));
  const shared = await sharedJobs(connection, specs.find(({ name }) => addressOf(name) === addressOf(schemaJobsName(name.schema))), options);
  return plans.map((plan) => summary(plan, counts.get(plan) ?? new Map(), shared));
}

/** The tables that others refer to and that are not among them. */
function namesOfOtherParents(specs: readonly TableSpec[], own: ReadonlySet<string>): TableName[] {
  const parents = new Map(specs.flatMap((spec) => spec.foreignKeys.map(({ parent }) => [addressOf(parent), parent] as const)));
  return [...parents].flatMap(([address, name]) => (own.has(address) ? [] : [name]));
}

/** None of them when they cannot be read. */
async function readTables(connection: Connection, names: readonly TableName[], options?: ReadOptions): Promise<TableSpec[]> {
  if (names.length === 0) return [];
  try {
    return (await connection.catalog.tablesNamed(names, options)).filter((spec) => spec !== null);
  } catch (thrown) {
    problemOf(thrown);
    return [];
  }
}

function planOf(connection: Connection, graph: TableGraph, spec: TableSpec): Plan {
  const { damage } = spec;
  // What is not the table that its entry describes may be a query without an end.
  if (damage !== undefined) return { spec, selects: new Map(), keyProblem: damage, queue: null, queueProblem: null };
  const selects = new Map<What, Fragment>([['rows', sql`SELECT 0 AS label, COUNT(*) AS n FROM ${connection.dialect.tableReference(spec.name)}`]]);
  if (!isAuto(spec.name)) return { spec, selects, keyProblem: undefined, queue: null, queueProblem: null };
  const keys = keyCounts(connection, graph, spec);
  const queue = graph.table(jobTableName(spec.name));
  const queueProblem = queue === null ? null : ownQueueProblem(queue);
  if (keys?.total) selects.set('total', keys.total);
  if (keys?.done) selects.set('done', keys.done);
  if (queue !== null && queueProblem === null) selects.set('jobs', jobsByStatus(connection, queue.name));
  return { spec, selects, keyProblem: keys?.problem, queue, queueProblem };
}

const isAuto = ({ table }: TableName): boolean => ['computed', 'imported'].includes(tierOf(table));

function jobsByStatus({ dialect }: Connection, queue: TableName): Fragment {
  const status = dialect.quoteIdentifier('status');
  const cases = STATUSES.map((each, at) => `WHEN '${each}' THEN ${String(at + 1)}`).join(' ');
  return raw(`SELECT CASE ${status} ${cases} ELSE 0 END AS label, COUNT(*) AS n FROM ${dialect.tableReference(queue)} GROUP BY ${status}`);
}

async function sharedJobs(connection: Connection, spec: TableSpec | undefined, options?: ReadOptions): Promise<SharedJobs> {
  if (spec === undefined) return null;
  const shape = sharedQueueProblem(spec);
  if (shape !== null) return { problem: shape };
  try {
    return await countByTable({ connection, spec }, options);
  } catch (thrown) {
    return { problem: unreadable(addressOf(spec.name), problemOf(thrown)) };
  }
}

export const namedTable = (name: TableName): NamedTable => ({ name, className: classNameOf(name.table), tier: tierOf(name.table) as Tier });

function summary(plan: Plan, counts: Counts, shared: SharedJobs): TableSummary {
  const { name, comment } = plan.spec;
  const master = masterOf(name.table);
  const rows = numberOf(counts.get('rows'));
  const jobs: Jobs = isAuto(name) ? jobsOf(plan, counts.get('jobs'), shared) : { jobs: null, layout: null, problem: null };
  return {
    ...namedTable(name),
    master: master === null ? null : { schema: name.schema, table: master },
    comment,
    rows,
    progress: progressOf(plan, counts, rows),
    jobs: jobs.jobs,
    layout: jobs.layout,
    problem: plan.spec.damage ?? problemIn(counts.get('rows')) ?? jobs.problem,
  };
}

function progressOf({ keyProblem, selects }: Plan, counts: Counts, rows: number | null): TableProgress | null {
  const done = !selects.has('done') ? rows : numberOf(counts.get('done'));
  if (keyProblem === undefined || done === null) return null;
  const total = numberOf(counts.get('total'));
  const isMore = total !== null && total > MOST_PAIRS;
  const problem = keyProblem ?? problemIn(counts.get('total'));
  return { done, total: isMore ? null : total, moreThan: isMore ? MOST_PAIRS : null, atMost: null, problem };
}

type Jobs = Pick<TableSummary, 'jobs' | 'layout' | 'problem'>;

/** Of the queues that can be read. */
function jobsOf({ spec, queue, queueProblem }: Plan, own: Counted | undefined, shared: SharedJobs): Jobs {
  const ofSchema = shared !== null && 'of' in shared ? shared.of(spec.name.table) : null;
  const sharedProblem = shared !== null && 'problem' in shared ? shared.problem : null;
  const problem = queue === null ? sharedProblem : (queueProblem ?? ownProblem(addressOf(queue.name), own) ?? sharedProblem);
  const layout = queue !== null ? 'table' : shared === null ? null : 'schema';
  if (ofSchema === null && own?.kind !== 'counted') return { jobs: null, layout, problem };
  const of = (status: JobStatus): number => (numberOf(own, STATUSES.indexOf(status) + 1) ?? 0) + (ofSchema?.[status] ?? 0);
  const jobs = { pending: of('pending'), reserved: of('reserved'), success: of('success'), error: of('error'), ignore: of('ignore') };
  return { jobs, layout, problem };
}

function ownProblem(address: string, own: Counted | undefined): string | null {
  if (own?.kind === 'late') return `The jobs of ${address} could not be counted in time.`;
  return own?.kind === 'failed' ? unreadable(address, own.problem) : null;
}

function numberOf(counted: Counted | undefined, label = 0): number | null {
  return counted?.kind === 'counted' ? (counted.numbers.get(label) ?? 0) : null;
}

const problemIn = (counted: Counted | undefined): string | null => (counted?.kind === 'failed' ? counted.problem : null);
