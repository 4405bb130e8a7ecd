import type { Connection, ReadOptions, Statement } from '../database';
import type { Row, Simplify } from '../definition';
import { DataJointError } from '../errors';
import { type Block, fromClause, isSealed, selectStatement, whereClause } from './block';
import { Compiler } from './compile';
import { type Condition, EXPRESSION, type Queryable } from './condition';
import { type Expression, type Projection, sourcesOf } from './expression';
import { type FetchOptions, splitArguments, withOptions } from './fetchOptions';
import { sql } from './fragment';
import type { Heading } from './heading';
import { excluded, type JoinOptions, restricted } from './restricted';
import { decodeRow, outputNames, pick } from './results';
import type {
  AggrArgument,
  AggrSecondary,
  ATTRIBUTES,
  Attributes,
  Columns,
  ExtendSecondary,
  JoinKey,
  JoinSecondary,
  KeyIn,
  Name,
  Names,
  ProjArgument,
  ProjKey,
  ProjSecondary,
  UnionSecondary,
  Value,
  Values,
} from './resultTypes';

/** A compiled query: what to send, and what will come back. */
interface Compiled {
  readonly connection: Connection;
  readonly block: Block;
  readonly compiler: Compiler;
}

/**
 * A query: an expression over tables that can be refined and fetched. Immutable; building one touches no database.
 * The operators mean what they mean in datajoint-python 2.3 (`expression.QueryExpression`).
 *
 * `K` and `S` are the primary key and the secondary attributes as fetched, where the compiler knows them.
 */
export class Query<K extends object = Row, S extends object = Row> implements Queryable {
  readonly [EXPRESSION]: Expression;
  declare readonly [ATTRIBUTES]?: Attributes<K, S>;

  constructor(expression: Expression) {
    this[EXPRESSION] = expression;
  }

  /**
   * The rows for which every condition holds. With `{ semanticCheck: false }` as the last argument, queries among the
   * conditions match by name alone, whatever the origin of their attributes.
   * Source: datajoint-python 2.3.5, `QueryExpression.restrict`.
   */
  restrict(...conditions: readonly (Condition | JoinOptions)[]): Query<K, S> {
    return new Query(restricted(this[EXPRESSION], conditions));
  }

  /** The rows for which none of the conditions holds (antijoin when the condition is a query); options as in `restrict`. */
  exclude(...conditions: readonly (Condition | JoinOptions)[]): Query<K, S> {
    return new Query(excluded(this[EXPRESSION], conditions));
  }

  /** All pairs of rows that agree on the attributes that both have. */
  join<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options: JoinOptions = {},
  ): Query<JoinKey<Q, Other>, JoinSecondary<Q, Other>> {
    return new Query({
      op: 'join',
      left: this[EXPRESSION],
      right: other[EXPRESSION],
      outer: false,
      semanticCheck: options.semanticCheck ?? true,
    });
  }

  /** Adds the attributes of `other`, whose primary key must be among this query's attributes; keeps every row. */
  extend<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options: JoinOptions = {},
  ): Query<KeyIn<Q>, ExtendSecondary<Q, Other>> {
    return new Query({
      op: 'join',
      left: this[EXPRESSION],
      right: other[EXPRESSION],
      outer: true,
      semanticCheck: options.semanticCheck ?? true,
    });
  }

  /**
   * The primary key and the named attributes. Strings keep (`'gain'`), keep all (`'...'`) or leave out (`'-gain'`, if it is there);
   * an object renames (`{ volume: 'gain' }`), duplicates (`{ copy: '(gain)' }`) or computes (`{ twice: '2 * gain' }`).
   */
  proj<Q extends Queryable, const A extends readonly ProjArgument<Q>[]>(
    this: Q,
    ...attributes: A
  ): Query<ProjKey<Q, A>, ProjSecondary<Q, A>> {
    return new Query({ op: 'project', input: this[EXPRESSION], projection: projectionOf(attributes) });
  }

  /**
   * One row per row here, with values computed over the matching rows of `group`: `Subject.aggr(Session, { n:
   * 'count(session_idx)' })`. Rows without a match are kept unless `keepAllRows` is false.
   */
  aggr<
    Q extends Queryable,
    Group extends Queryable,
    Named extends Readonly<Record<string, string>>,
    A extends AggrArgument<Q, Group> = never,
  >(
    this: Q,
    group: Group,
    named: Named,
    options: { readonly keepAllRows?: boolean; readonly attributes?: readonly A[] } = {},
  ): Query<KeyIn<Q>, AggrSecondary<Q, Group, A, Named>> {
    return new Query({
      op: 'aggregate',
      by: this[EXPRESSION],
      group: group[EXPRESSION],
      keepAllRows: options.keepAllRows ?? true,
      projection: { attributes: options.attributes ?? [], named },
    });
  }

  /**
   * The rows of both; rows with the same primary key become one. Both have the same attributes in the primary key and
   * share no others. Primary keys alone are united by name, whatever their origin; where either side has more
   * attributes, the key's origins must agree, or `semanticCheck` be false.
   * Source: datajoint-python 2.3.5, `expression.Union`.
   */
  union<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options: JoinOptions = {},
  ): Query<KeyIn<Q>, UnionSecondary<Q, Other>> {
    return new Query({ op: 'union', left: this[EXPRESSION], right: other[EXPRESSION], semanticCheck: options.semanticCheck ?? true });
  }

  /** The attributes of the result. Prepares the tables, so it may declare them. */
  async heading(): Promise<Heading> {
    return (await this.compile({})).block.heading;
  }

  /** The statement that `fetch` would send, for explain plans and curiosity. */
  async toSql(options: FetchOptions = {}): Promise<Statement> {
    const { block, compiler } = await this.compile(options);
    return selectStatement(block, compiler.dialect);
  }

  /** All rows as objects. */
  async fetch(options?: FetchOptions): Promise<Simplify<K & S>[]>;
  /** The values of several attributes, an array each. */
  async fetch<Q extends Queryable, const A extends Names<Q, FetchOptions>>(this: Q, ...attributes: A): Promise<Columns<Q, A>>;
  /** The values of one attribute; `KEY` gives primary keys. */
  async fetch<Q extends Queryable, const N extends Name<Q>>(this: Q, attribute: N, options?: FetchOptions): Promise<Value<Q, N>[]>;
  /** The values of one attribute whose type the author knows and the compiler does not: a computed or a blob one. */
  async fetch<V>(attribute: string & (keyof K | keyof S), options?: FetchOptions): Promise<V[]>;
  async fetch(...args: readonly (string | FetchOptions | undefined)[]): Promise<unknown[]> {
    const { names, options } = splitArguments(args);
    if (names.length === 0) return await this.rows(options);
    const columns = await this.columns(names, options);
    return names.length === 1 ? (columns[0] ?? []) : columns;
  }

  /** The one row. @throws DataJointError `query` when there is none, or more than one; it says how many. */
  async fetch1(): Promise<Simplify<K & S>>;
  /** Several attributes of the one row, in that order. */
  async fetch1<Q extends Queryable, const A extends Names<Q>>(this: Q, ...attributes: A): Promise<Values<Q, A>>;
  /** One attribute of the one row; `KEY` gives its primary key. */
  async fetch1<Q extends Queryable, const N extends Name<Q>>(this: Q, attribute: N): Promise<Value<Q, N>>;
  /** One attribute whose type the author knows and the compiler does not: `fetch1<Float32Array>('trace')`. */
  async fetch1<V>(attribute: string & (keyof K | keyof S)): Promise<V>;
  async fetch1(...names: readonly string[]): Promise<unknown> {
    const { connection, block, compiler } = await this.compile({});
    const wanted = outputNames(block, names);
    const limited: Block = isSealed(block) ? compiler.open(block) : block;
    const select = selectStatement(limited, compiler.dialect, wanted);
    const found = await connection.executor.all({ sql: `${select.sql} ${compiler.dialect.limit(2, 0)}`, values: select.values });
    const row = found[0];
    if (row === undefined || found.length > 1) {
      const n = found.length === 0 ? 'no rows' : `${String(await this.count())} rows`;
      throw new DataJointError('query', `fetch1 needs exactly one row of ${block.label}, but the query gives ${n}.`);
    }
    if (names.length === 0) return decodeRow(block, wanted, row);
    const values = names.map((name) => pick(block, name, row));
    return names.length === 1 ? values[0] : values;
  }

  /** The primary keys of all rows. */
  async keys(options: FetchOptions = {}): Promise<K[]> {
    const { connection, block, compiler } = await this.compile(options);
    const rows = await connection.executor.all(selectStatement(block, compiler.dialect, block.heading.primaryKey), options);
    return rows.map((row) => decodeRow(block, block.heading.primaryKey, row)) as K[];
  }

  /** The first rows by primary key. */
  async head(limit = 25): Promise<Simplify<K & S>[]> {
    return await this.rows({ orderBy: 'KEY', limit });
  }

  /** The last rows by primary key, in the primary key's order. */
  async tail(limit = 25): Promise<Simplify<K & S>[]> {
    return (await this.rows({ orderBy: 'KEY DESC', limit })).reverse();
  }

  /** How many rows there are. */
  async count(options: ReadOptions = {}): Promise<number> {
    const { connection, block, compiler } = await this.compile({});
    const open = compiler.open(block);
    const rows = await connection.executor.all(sql`SELECT COUNT(*) AS n FROM ${fromClause(open)}${whereClause(open.where)}`, options);
    return Number(rows[0]?.['n'] ?? 0);
  }

  /** Whether there is any row; cheaper than counting. */
  async exists(options: ReadOptions = {}): Promise<boolean> {
    const { connection, block, compiler } = await this.compile({});
    const open = compiler.open(block);
    const rows = await connection.executor.all(
      sql`SELECT 1 AS found FROM ${fromClause(open)}${whereClause(open.where)} ${compiler.dialect.limit(1, 0)}`,
      options,
    );
    return rows.length > 0;
  }

  /** Rows one at a time, in constant memory. */
  async *stream(options: FetchOptions = {}): AsyncGenerator<Simplify<K & S>, void> {
    const { connection, block, compiler } = await this.compile(options);
    for await (const row of connection.executor.iterate(selectStatement(block, compiler.dialect), options)) {
      yield decodeRow(block, block.heading.names, row) as Simplify<K & S>;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Simplify<K & S>, void> {
    return this.stream();
  }

  private async rows(options: FetchOptions): Promise<Simplify<K & S>[]> {
    const { connection, block, compiler } = await this.compile(options);
    const rows = await connection.executor.all(selectStatement(block, compiler.dialect), options);
    return rows.map((row) => decodeRow(block, block.heading.names, row)) as Simplify<K & S>[];
  }

  private async columns(names: readonly string[], options: FetchOptions): Promise<unknown[][]> {
    const { connection, block, compiler } = await this.compile(options);
    const select = selectStatement(block, compiler.dialect, outputNames(block, names));
    const rows = await connection.executor.all(select, options);
    return names.map((name) => rows.map((row) => pick(block, name, row)));
  }

  /** Prepares the tables and compiles, with the options' order and limit on top. */
  private async compile(options: FetchOptions): Promise<Compiled> {
    const connection = await prepare(this[EXPRESSION]);
    const compiler = new Compiler(connection.dialect);
    return { connection, compiler, block: compiler.block(withOptions(this[EXPRESSION], options)) };
  }
}

/**
 * Declares or looks up every table that the expression reads.
 * @returns the one connection that they are on
 * @throws DataJointError `query` when they are on several
 */
export async function prepare(expression: Expression): Promise<Connection> {
  let connection: Connection | null = null;
  for (const source of sourcesOf(expression)) {
    if (source.spec === null || source.connection === null) await source.prepare();
    if (connection !== null && source.connection !== null && connection !== source.connection) {
      throw new DataJointError('query', `A query cannot span two databases: ${connection.label} and ${source.connection.label}.`);
    }
    connection = source.connection;
  }
  if (connection === null) throw new DataJointError('query', 'A query needs at least one table.');
  return connection;
}

export function projectionOf(attributes: readonly (string | Readonly<Record<string, string>>)[]): Projection {
  const names = attributes.filter((each) => typeof each === 'string');
  const named = attributes.filter((each) => typeof each !== 'string');
  return { attributes: names, named: Object.assign({}, ...named) as Record<string, string> };
}
