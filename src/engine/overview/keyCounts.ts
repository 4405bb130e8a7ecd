import { Compiler, concat, EXPRESSION, type Fragment, fromClause, type Query, raw, sql, whereClause } from '../algebra';
import type { Connection, ForeignKey, TableSpec } from '../database';
import { addressOf, joinParents, StoredTable, type TableGraph } from '../tables';
import { problemOf } from './problem';

/** The pairs of several parents are counted no further than this. */
export const MOST_PAIRS = 1_000_000;

/** How the keys of an Imported or Computed table are counted. */
export interface KeyCounts {
  /** Counts the default key source, up to one more than `MOST_PAIRS`; null when there is none. */
  readonly total: Fragment | null;
  /** Counts the keys that are done; null when each row of the table is one. */
  readonly done: Fragment | null;
  /** Why there is no default key source. */
  readonly problem: string | null;
}

/**
 * The counts of a table's default key source as its foreign keys tell it; null for a table whose key refers to nothing.
 * Every row refers to a key of the source, so that what is done is counted in the table alone.
 */
export function keyCounts(connection: Connection, graph: TableGraph, spec: TableSpec): KeyCounts | null {
  const key = spec.attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name);
  const references = spec.foreignKeys.filter(({ columns }) => columns.every((column) => key.includes(column.child)));
  if (references.length === 0) return null;
  const done = doneCount(connection, spec, key, references);
  const hidden = references.find(({ parent }) => graph.table(parent) === null);
  if (hidden !== undefined) {
    return { total: null, done, problem: `Keys cannot be counted: the parent ${addressOf(hidden.parent)} cannot be seen.` };
  }
  try {
    return { total: totalCount(connection, graph, references), done, problem: null };
  } catch (thrown) {
    return { total: null, done, problem: problemOf(thrown) };
  }
}

/** One parent is counted whole; the pairs of several may be beyond counting. */
function totalCount(connection: Connection, graph: TableGraph, references: readonly ForeignKey[]): Fragment | null {
  const keys = joinParents(
    references.flatMap(({ parent, columns }) => {
      const spec = graph.table(parent);
      const renames = Object.fromEntries(columns.filter((each) => each.child !== each.parent).map((each) => [each.child, each.parent]));
      return spec === null ? [] : [{ source: new StoredTable(connection, spec), renames }];
    }),
  );
  if (keys === null) return null;
  const rows = rowsOf(connection, keys);
  const pairs = sql`(SELECT 1 AS pair FROM ${rows} ${connection.dialect.limit(MOST_PAIRS + 1, 0)}) AS pairs`;
  return sql`SELECT 0 AS label, COUNT(*) AS n FROM ${references.length === 1 ? rows : pairs}`;
}

/** Where the key has attributes of its own, several rows are of one key. */
function doneCount(connection: Connection, spec: TableSpec, key: readonly string[], references: readonly ForeignKey[]): Fragment | null {
  const { dialect } = connection;
  const referring = new Set(references.flatMap(({ columns }) => columns.map(({ child }) => child)));
  if (key.every((name) => referring.has(name))) return null;
  const names = concat([...referring].map((name) => raw(dialect.quoteIdentifier(name))), ', ');
  return sql`SELECT 0 AS label, COUNT(*) AS n FROM (SELECT DISTINCT ${names} FROM ${dialect.tableReference(spec.name)}) AS done`;
}

function rowsOf(connection: Connection, query: Query): Fragment {
  const compiler = new Compiler(connection.dialect);
  const block = compiler.open(compiler.block(query[EXPRESSION]));
  return sql`${fromClause(block)}${whereClause(block.where)}`;
}
