import {
  type AggrArgument,
  type AggrSecondary,
  type Columns,
  type Condition,
  EXPRESSION,
  type Expression,
  type ExtendSecondary,
  type FetchOptions,
  type JoinKey,
  type JoinOptions,
  type JoinSecondary,
  type KeyIn,
  type Name,
  type Names,
  type ProjArgument,
  type ProjKey,
  type ProjSecondary,
  type Query,
  type Queryable,
  type RowIn,
  type SecondaryIn,
  type UnionSecondary,
  type Value,
  type Values,
} from '../algebra';
import type { ReadOptions } from '../database';
import type { InsertRowOf, References, Row, Tier, TypedTable, UpdateRowOf } from '../definition';
import { alter } from './alter';
import { bindingOf } from './binding';
import { describeStored } from './describe';
import { addressOf } from './graph';
import { insert, type InsertOptions, type InsertRow } from './insert';
import { registeredTables } from './registry';
import type { DeletedRows, DeleteOptions, DropOptions } from './confirm';
import { dropCascading } from './drop';
import { relatives } from './family';
import { TableQuery } from './tableQuery';
import { TIER } from './tier';
import { update1 } from './update';

type Rows<R> = readonly R[] | Iterable<R> | AsyncIterable<R>;
type NewRow<T extends TypedTable, O> =
  | (O extends { readonly ignoreExtraFields: true } ? InsertRowOf<T> & Readonly<Row> : InsertRowOf<T>)
  | readonly unknown[];

/**
 * The base of all table classes. A class stands for its table: the operators of `Query` can be called on it directly.
 * Source of the tiers and of their names: datajoint-python 2.3.2, `user_tables`.
 */
export abstract class Table {
  static readonly [TIER]: Tier;
  /** The table's definition, in the DataJoint definition language. */
  static readonly definition: string;
  /**
   * The classes that the definition refers to, by the names that it gives them: `{ Session, Method }`, and of a part
   * `{ master: Peaks }`. Only the compiler reads it, to know the attributes that are inherited from them.
   */
  static readonly references?: References;

  /** The table's name in the database, without its schema: `__job_results`. */
  static get tableName(): string {
    return bindingOf(this).name.table;
  }

  static get [EXPRESSION](): Expression {
    return { op: 'table', source: bindingOf(this) };
  }

  /** The whole table as a query. */
  static query<Q extends Queryable>(this: Q): TableQuery<KeyIn<Q>, SecondaryIn<Q>>;
  static query(): TableQuery {
    return queryOf(this);
  }

  static restrict<Q extends Queryable>(this: Q, ...conditions: readonly (Condition | JoinOptions)[]): TableQuery<KeyIn<Q>, SecondaryIn<Q>>;
  static restrict(...conditions: readonly (Condition | JoinOptions)[]): TableQuery {
    return queryOf(this).restrict(...conditions);
  }

  static exclude<Q extends Queryable>(this: Q, ...conditions: readonly (Condition | JoinOptions)[]): TableQuery<KeyIn<Q>, SecondaryIn<Q>>;
  static exclude(...conditions: readonly (Condition | JoinOptions)[]): TableQuery {
    return queryOf(this).exclude(...conditions);
  }

  static join<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options?: JoinOptions,
  ): Query<JoinKey<Q, Other>, JoinSecondary<Q, Other>>;
  static join(other: Queryable, options?: JoinOptions): Query {
    return queryOf(this).join(other, options);
  }

  static extend<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options?: JoinOptions,
  ): Query<KeyIn<Q>, ExtendSecondary<Q, Other>>;
  static extend(other: Queryable, options?: JoinOptions): Query {
    return queryOf(this).extend(other, options);
  }

  static proj<Q extends Queryable, const A extends readonly ProjArgument<Q>[]>(
    this: Q,
    ...attributes: A
  ): Query<ProjKey<Q, A>, ProjSecondary<Q, A>>;
  static proj(...attributes: readonly (string | Readonly<Record<string, string>>)[]): Query {
    return queryOf(this).proj(...attributes);
  }

  static aggr<
    Q extends Queryable,
    Group extends Queryable,
    Named extends Readonly<Record<string, string>>,
    A extends AggrArgument<Q, Group> = never,
  >(
    this: Q,
    group: Group,
    named: Named,
    options?: { readonly keepAllRows?: boolean; readonly attributes?: readonly A[] },
  ): Query<KeyIn<Q>, AggrSecondary<Q, Group, A, Named>>;
  static aggr(
    group: Queryable,
    named: Readonly<Record<string, string>>,
    options?: { readonly keepAllRows?: boolean; readonly attributes?: readonly string[] },
  ): Query {
    return queryOf(this).aggr(group, named, options);
  }

  static union<Q extends Queryable, Other extends Queryable>(
    this: Q,
    other: Other,
    options?: JoinOptions,
  ): Query<KeyIn<Q>, UnionSecondary<Q, Other>>;
  static union(other: Queryable, options?: JoinOptions): Query {
    return queryOf(this).union(other, options);
  }

  static fetch<Q extends Queryable>(this: Q, options?: FetchOptions): Promise<RowIn<Q>[]>;
  static fetch<Q extends Queryable, const A extends Names<Q, FetchOptions>>(this: Q, ...attributes: A): Promise<Columns<Q, A>>;
  static fetch<Q extends Queryable, const N extends Name<Q>>(this: Q, attribute: N, options?: FetchOptions): Promise<Value<Q, N>[]>;
  static fetch(...args: readonly (string | FetchOptions | undefined)[]): Promise<unknown[]> {
    return queryOf(this).fetch(...(args as [string, string]));
  }

  static fetch1<Q extends Queryable>(this: Q): Promise<RowIn<Q>>;
  static fetch1<Q extends Queryable, const A extends Names<Q>>(this: Q, ...attributes: A): Promise<Values<Q, A>>;
  static fetch1<Q extends Queryable, const N extends Name<Q>>(this: Q, attribute: N): Promise<Value<Q, N>>;
  static fetch1(...args: readonly string[]): Promise<unknown> {
    return queryOf(this).fetch1(...(args as [string, string]));
  }

  static keys<Q extends Queryable>(this: Q, options?: FetchOptions): Promise<KeyIn<Q>[]>;
  static keys(options?: FetchOptions): Promise<object[]> {
    return queryOf(this).keys(options);
  }

  static head<Q extends Queryable>(this: Q, limit?: number): Promise<RowIn<Q>[]>;
  static head(limit?: number): Promise<object[]> {
    return queryOf(this).head(limit);
  }

  static tail<Q extends Queryable>(this: Q, limit?: number): Promise<RowIn<Q>[]>;
  static tail(limit?: number): Promise<object[]> {
    return queryOf(this).tail(limit);
  }

  static count(options?: ReadOptions): Promise<number> {
    return queryOf(this).count(options);
  }

  static stream<Q extends Queryable>(this: Q, options?: FetchOptions): AsyncGenerator<RowIn<Q>, void>;
  static stream(options?: FetchOptions): AsyncGenerator<object, void> {
    return queryOf(this).stream(options);
  }

  /** Inserts rows, all or none: objects, arrays in the order of the definition, or what a query or another table holds. */
  static insert<T extends TypedTable, O extends InsertOptions = InsertOptions>(this: T, rows: Rows<NewRow<T, O>> | Queryable, options?: O): Promise<void>;
  static async insert(rows: Rows<InsertRow> | Queryable, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this), rows, options);
  }

  static insert1<T extends TypedTable, O extends InsertOptions = InsertOptions>(this: T, row: NewRow<T, O>, options?: O): Promise<void>;
  static async insert1(row: InsertRow, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this), [row], options);
  }

  /** Changes secondary attributes of the one row whose primary key is given. */
  static update1<T extends TypedTable>(this: T, row: UpdateRowOf<T>): Promise<void>;
  static async update1(row: Readonly<Record<string, unknown>>): Promise<void> {
    await update1(bindingOf(this), row);
  }

  /** Deletes all rows and everything that depends on them. */
  static delete(options?: DeleteOptions): Promise<DeletedRows[]> {
    return queryOf(this).delete(options);
  }

  static deleteQuick(): Promise<number> {
    return queryOf(this).deleteQuick();
  }

  /** Drops the table and everything that depends on it. */
  static async drop(options: DropOptions = {}): Promise<void> {
    const { connection, spec } = await bindingOf(this).ready();
    const dropped = new Set((await dropCascading(connection, spec, options)).map((address) => address.toLowerCase()));
    // A server may not heed the case of names. A binding that is forgotten for nothing only looks its table up again.
    for (const binding of registeredTables()) if (dropped.has(addressOf(binding.name).toLowerCase())) binding.forget();
  }

  /** Changes the table to what the definition says, where that is safe: comments, defaults, new optional attributes. */
  static async alter(): Promise<string[]> {
    return await alter(bindingOf(this));
  }

  /** The tables that the definition refers to, as `schema.table`, once for each reference. */
  static parents(): Promise<string[]> {
    return relatives(bindingOf(this), 'parents');
  }

  /** The tables that refer to this one, once for each reference. */
  static children(): Promise<string[]> {
    return relatives(bindingOf(this), 'children');
  }

  /** This table and all that it depends on, the farthest last. */
  static ancestors(): Promise<string[]> {
    return relatives(bindingOf(this), 'ancestors');
  }

  /** This table and all that depend on it, the farthest last. */
  static descendants(): Promise<string[]> {
    return relatives(bindingOf(this), 'descendants');
  }

  static parts(): Promise<string[]> {
    return relatives(bindingOf(this), 'parts');
  }

  /** The definition as the database has it. */
  static async describe(): Promise<string> {
    const { connection, spec } = await bindingOf(this).ready();
    return await describeStored(connection, spec);
  }

  /** Inserts rows into this table; inside make(), also of an Imported or Computed table. */
  async insert(rows: Rows<InsertRow> | Queryable, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this.constructor), rows, options);
  }

  async insert1(row: InsertRow, options: InsertOptions = {}): Promise<void> {
    await insert(bindingOf(this.constructor), [row], options);
  }
}

const queryOf = (table: object): TableQuery => new TableQuery(bindingOf(table));

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
