import type { Connection } from '../database';
import { DataJointError } from '../errors';
import { bind, TableBinding } from './binding';
import { confirmed, type RemovalOptions } from './confirm';
import { defaultConnection } from './defaultConnection';
import { countRows } from './family';
import { bindingsOf, register } from './registry';
import { TIER, type TableConstructor } from './tier';

export interface SchemaOptions {
  /** The connection to use instead of the default one. */
  readonly connection?: Connection;
  /** Where jobs are kept: a queue for each table, or one for the whole schema. By default as the schema has it already. */
  readonly jobs?: JobLayout;
}

/** `table`: a queue for each table (`~~analysis`, datajoint-python 2). `schema`: one for all (`~jobs`, before that). */
export type JobLayout = 'table' | 'schema';

/**
 * A schema: a namespace of tables in a database. It is called with a table class, or stands above one as a decorator,
 * to take the class in. Nothing is declared before a table is first used.
 */
export interface Schema {
  <T extends TableConstructor>(table: T, context?: ClassDecoratorContext): void;
  readonly schemaName: string;
  /** Null: as the schema has it already. */
  readonly jobLayout: JobLayout | null;
  connection(): Promise<Connection>;
  /** Whether the schema exists in the database. */
  exists(): Promise<boolean>;
  /** The SQL names of its tables, hidden ones left out. */
  listTables(): Promise<string[]>;
  /** Drops the schema with all its tables and rows. Its classes are declared anew when they are next used. */
  drop(options?: RemovalOptions): Promise<void>;
}

/**
 * A schema by its name in the database.
 * Source: datajoint-python 2.3.5, `schemas.Schema`, which takes whatever the server does.
 * @throws DataJointError `usage` for a name that is not letters, digits, underscores and hyphens, or over 64 characters.
 */
export function schema(schemaName: string, options: SchemaOptions = {}): Schema {
  if (!/^\w[\w-]{0,63}$/.test(schemaName)) {
    throw new DataJointError(
      'usage',
      `"${schemaName}" cannot name a schema: use letters, digits, underscores and hyphens, 64 at most, a hyphen not first.`,
    );
  }
  return schemaOfAnyName(schemaName, options);
}

/** As `schema`, also for a name that this engine would not give. */
export function schemaOfAnyName(schemaName: string, options: SchemaOptions): Schema {
  const connection = async () => options.connection ?? (await defaultConnection());
  const self: Schema = Object.assign(
    (table: TableConstructor) => {
      takeIn(table, self, null);
    },
    {
      schemaName,
      jobLayout: options.jobs ?? null,
      connection,
      exists: async () => (await (await connection()).catalog.schemas()).includes(schemaName),
      listTables: async () => {
        const specs = await (await connection()).catalog.tables([schemaName]);
        return specs.map((spec) => spec.name.table).filter((name) => !name.startsWith('~'));
      },
      drop: async (removal: RemovalOptions = {}) => {
        const open = await connection();
        if ((await open.catalog.schemas()).includes(schemaName)) {
          const preview = async () => {
            const tables = await open.catalog.tables([schemaName]);
            const visible = tables.filter((table) => !table.name.table.startsWith('~'));
            return { verb: 'drop' as const, what: `schema ${schemaName}`, tables: await countRows(open, visible) };
          };
          if (!(await confirmed(removal, preview))) return;
          await open.catalog.dropSchema(schemaName);
        }
        for (const binding of bindingsOf(schemaName)) binding.forget();
      },
    },
  );
  return self;
}

function takeIn(table: TableConstructor, schemaOf: Schema, master: TableBinding | null): void {
  if (!isTableClass(table)) {
    throw new DataJointError('usage', 'schema(…) takes a class that extends dj.Manual, dj.Lookup, dj.Imported or dj.Computed.');
  }
  if (table[TIER] === 'part' && master === null) {
    throw new DataJointError('usage', `${table.name} is a Part: make it a static property of its master instead of giving it to the schema.`);
  }
  const binding = new TableBinding(table, schemaOf, master);
  bind(table, binding);
  register(binding);
  if (master !== null) master.parts.push(binding);
  for (const name of Object.getOwnPropertyNames(table)) {
    const descriptor = Object.getOwnPropertyDescriptor(table, name);
    const member: unknown = descriptor !== undefined && 'value' in descriptor ? descriptor.value : undefined;
    if (isTableClass(member) && member[TIER] === 'part') takeIn(member, schemaOf, binding);
  }
}

function isTableClass(candidate: unknown): candidate is TableConstructor {
  return typeof candidate === 'function' && typeof Reflect.get(candidate, TIER) === 'string';
}
