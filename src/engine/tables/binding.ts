import type { TableSource } from '../algebra';
import type { Connection, TableName, TableSpec } from '../database';
import { tableNameOf, type Tier } from '../definition';
import { DataJointError } from '../errors';
import { heldForDeclarations } from './declarations';
import { declare } from './declare';
import type { Schema } from './schema';
import { type Contents, type TableConstructor, TIER } from './tier';

/** What ties a table class to its schema: its address, and its heading once it is declared. */
export class TableBinding implements TableSource {
  readonly name: TableName;
  readonly tier: Tier;
  readonly parts: TableBinding[] = [];
  private known: { connection: Connection; spec: TableSpec } | null = null;
  private preparing: Promise<TableSpec> | null = null;

  constructor(
    readonly table: TableConstructor,
    readonly schema: Schema,
    readonly master: TableBinding | null,
    /** The table's address when something else declares it: the class takes it as the database has it. */
    private readonly stored: TableName | null = null,
  ) {
    this.tier = table[TIER];
    this.name = stored ?? { schema: schema.schemaName, table: tableNameOf(table.name, this.tier, master?.name.table) };
  }

  /** `Trace`, or `Peaks.Peak` for a part. */
  get label(): string {
    return this.master === null ? this.table.name : `${this.master.table.name}.${this.table.name}`;
  }

  get spec(): TableSpec | null {
    return this.known?.spec ?? null;
  }

  get connection(): Connection | null {
    return this.known?.connection ?? null;
  }

  /** Declares the table, its parents and its parts where they are missing. */
  async prepare(): Promise<TableSpec> {
    const held = heldForDeclarations();
    if (held !== null) return await held;
    if (this.known !== null) return this.known.spec;
    const spec = await this.prepareOwn();
    for (const part of this.parts) await part.prepareOwn();
    return spec;
  }

  /** The table alone, without its parts: what a part needs of its master. */
  async prepareOwn(): Promise<TableSpec> {
    const held = heldForDeclarations();
    if (held !== null) return await held;
    if (this.known !== null) return this.known.spec;
    this.preparing ??= this.declare().finally(() => {
      this.preparing = null;
    });
    return await this.preparing;
  }

  /** The prepared connection and heading. */
  async ready(): Promise<{ connection: Connection; spec: TableSpec }> {
    const spec = await this.prepare();
    if (this.known === null) throw new DataJointError('unknown_table', `${this.label} was dropped while it was needed.`);
    return { connection: this.known.connection, spec };
  }

  /** After a drop: the next use declares the table again. */
  forget(): void {
    this.known = null;
  }

  private async declare(): Promise<TableSpec> {
    const connection = await this.schema.connection();
    const spec = this.stored === null ? await declare(this, connection) : await storedSpec(connection, this.stored);
    this.known = { connection, spec };
    return spec;
  }

  get contents(): Contents {
    const contents: unknown = Reflect.get(this.table, 'contents');
    return Array.isArray(contents) ? (contents as Contents) : [];
  }
}

async function storedSpec(connection: Connection, name: TableName): Promise<TableSpec> {
  const spec = await connection.catalog.table(name);
  if (spec === null) throw new DataJointError('unknown_table', `There is no table ${name.schema}.${name.table} on ${connection.label}.`);
  return spec;
}

const bindings = new WeakMap<object, TableBinding>();

export function bind(table: TableConstructor, binding: TableBinding): void {
  bindings.set(table, binding);
}

/** @throws DataJointError `unknown_table` for a class that no schema has taken in. */
export function bindingOf(table: object): TableBinding {
  const binding = bindings.get(table);
  if (binding === undefined) {
    const name: unknown = Reflect.get(table, 'name');
    throw new DataJointError(
      'unknown_table',
      `${typeof name === 'string' && name !== '' ? name : 'This class'} belongs to no schema: put @schema above the class, or call schema(Class).`,
    );
  }
  return binding;
}
