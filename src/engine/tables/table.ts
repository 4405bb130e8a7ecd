import { type Condition, EXPRESSION, type Expression, type FetchOptions, type JoinOptions, type Key, type Query, type Queryable, type Row } from '../algebra';
import type { ReadOptions } from '../database';
import { classNameOf, describeTable, type Tier } from '../definition';
import { bindingOf } from './binding';
import { addressOf, TableGraph } from './graph';
import { insert, type InsertOptions, type InsertRow } from './insert';
import { registeredTables } from './registry';
import type { RemovalOptions } from './confirm';
import { relatives } from './family';
import { dropCascading, type DeletedRows } from './remove';
import { TableQuery } from './tableQuery';
import { TIER } from './tier';
import { update1 } from './update';

/**
 * The base of all table classes. A class stands for its table: the operators of `Query` can be called on it directly.
 * Source of the tiers and of their names: datajoint-python 2.3.2, `user_tables`.
 */
export abstract class Table {
  static readonly [TIER]: Tier;
  /** The table's definition, in the DataJoint definition language. */
  static readonly definition: string;

  static get [EXPRESSION](): Expression {
    return { op: 'table', source: bindingOf(this) };
  }

  /** The whole table as a query. */
  static query(): TableQuery {
    return new TableQuery(bindingOf(this));
  }

  static restrict(...conditions: readonly Condition[]): TableQuery {
    return this.query().restrict(...conditions);
  }

  static exclude(...conditions: readonly Condition[]): TableQuery {
    return this.query().exclude(...conditions);
  }

  static join(other: Queryable, options?: JoinOptions): Query {
    return this.query().join(other, options);
  }

  static extend(other: Queryable, options?: JoinOptions): Query {
    return this.query().extend(other, options);
  }

  static proj(...attributes: readonly (string | Readonly<Record<string, string>>)[]): Query {
    return this.query().proj(...attributes);
  }

  static aggr(...args: Parameters<Query['aggr']>): Query {
    return this.query().aggr(...args);
  }

  static union(other: Queryable): Query {
    return this.query().union(other);
  }

  static fetch(options?: FetchOptions): Promise<Row[]>;
  static fetch(attribute: string, options?: FetchOptions): Promise<unknown[]>;
  static fetch(...attributes: [string, string, ...(string | FetchOptions)[]]): Promise<unknown[][]>;
  static fetch(...args: readonly (string | FetchOptions | undefined)[]): Promise<unknown[]> {
    return this.query().fetch(...(args as [string, string]));
  }

  static fetch1(): Promise<Row>;
  static fetch1(attribute: string): Promise<unknown>;
  static fetch1(...attributes: [string, string, ...string[]]): Promise<unknown[]>;
  static fetch1(...args: readonly string[]): Promise<unknown> {
    return this.query().fetch1(...(args as [string, string]));
  }

  static keys(options?: FetchOptions): Promise<Key[]> {
    return this.query().keys(options);
  }

  static head(limit?: number): Promise<Row[]> {
    return this.query().head(limit);
  }

  static tail(limit?: number): Promise<Row[]> {
    return this.query().tail(limit);
  }

  static count(options?: ReadOptions): Promise<number> {
    return this.query().count(options);
  }

  static stream(options?: FetchOptions): AsyncGenerator<Row, void> {
    return this.query().stream(options);
  }

  /** Inserts rows, all or none. */
  static async insert(rows: Iterable<InsertRow> | AsyncIterable<InsertRow>, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this), rows, options);
  }

  static async insert1(row: InsertRow, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this), [row], options);
  }

  /** Changes secondary attributes of the one row whose primary key is given. */
  static async update1(row: Readonly<Record<string, unknown>>): Promise<void> {
    await update1(bindingOf(this), row);
  }

  /** Deletes all rows and everything that depends on them. */
  static delete(options?: RemovalOptions): Promise<DeletedRows[]> {
    return this.query().delete(options);
  }

  static deleteQuick(): Promise<number> {
    return this.query().deleteQuick();
  }

  /** Drops the table and everything that depends on it. */
  static async drop(options: RemovalOptions = {}): Promise<void> {
    const { connection, spec } = await bindingOf(this).ready();
    const dropped = new Set(await dropCascading(connection, spec, options));
    for (const binding of registeredTables()) if (dropped.has(addressOf(binding.name))) binding.forget();
  }

  /** The tables that the definition refers to, as `schema.table`. */
  static parents(): Promise<string[]> {
    return relatives(bindingOf(this), 'parents');
  }

  /** The tables that refer to this one. */
  static children(): Promise<string[]> {
    return relatives(bindingOf(this), 'children');
  }

  /** This table and all that it depends on, parents first. */
  static ancestors(): Promise<string[]> {
    return relatives(bindingOf(this), 'ancestors');
  }

  /** This table and all that depend on it, parents first. */
  static descendants(): Promise<string[]> {
    return relatives(bindingOf(this), 'descendants');
  }

  static parts(): Promise<string[]> {
    return relatives(bindingOf(this), 'parts');
  }

  /** The definition as the database has it. */
  static async describe(): Promise<string> {
    const { connection, spec } = await bindingOf(this).ready();
    const graph = await TableGraph.load(connection);
    return describeTable(spec, (name) => graph.table(name), (name) => classNameOf(name.table));
  }

  /** Inserts rows into this table; inside make(), also of an Imported or Computed table. */
  async insert(rows: Iterable<InsertRow> | AsyncIterable<InsertRow>, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this.constructor), rows, options);
  }

  async insert1(row: InsertRow, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this.constructor), [row], options);
  }
}

/** Rows that people enter. */
export abstract class Manual extends Table {
  static override readonly [TIER] = 'manual';
}

/** Rows that come with the code: give the class static `contents`. */
export abstract class Lookup extends Table {
  static override readonly [TIER] = 'lookup';
}

/** Rows that belong to a row of their master: a static property of the master, with `-> master` in its definition. */
export abstract class Part extends Table {
  static override readonly [TIER] = 'part';
}
