import { IntegrityError } from '../../errors';
import type { Catalog, Database, ReadOptions, SqlRow, TableReference } from '../contract';
import type { HiddenForm, TableName, TableSpec } from '../model';
import { dropTables } from './dropTables';
import { hiddenAttributes, hiddenFormOf } from './hiddenForm';
import { quoteIdentifier } from './quote';
import { readTables } from './readTables';
import type { Scope } from './scope';
import type { Server } from './server';

/** Schemas of the server itself. */
const SYSTEM = ['information_schema', 'mysql', 'performance_schema', 'sys'];
const marks = SYSTEM.map(() => '?').join(', ');
/** Above this many schemas or tables it is cheaper to read more at once than to look for each. */
const MOST_NAMED = 32;

/** What exists on the server, as information_schema and the `~lineage` tables tell it. */
export class MysqlCatalog implements Catalog {
  constructor(
    private readonly database: Database,
    private readonly server: Server,
  ) {}

  async schemas(options?: ReadOptions): Promise<string[]> {
    const rows = await this.database.all(
      {
        sql: `SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN (${marks})`,
        values: SYSTEM,
      },
      options,
    );
    return rows.map((row) => String(row['name'])).sort();
  }

  async tableNames(options?: ReadOptions): Promise<TableName[]> {
    const rows = await this.database.all(
      {
        // Names alone: for anything else about a table MariaDB opens its file, which takes ten times as long.
        sql:
          'SELECT table_schema AS s, table_name AS t FROM information_schema.tables ' +
          `WHERE table_schema NOT IN (${marks}) ORDER BY 1, 2`,
        values: SYSTEM,
      },
      options,
    );
    return rows.map((row) => ({ schema: String(row['s']), table: String(row['t']) }));
  }

  async references(options?: ReadOptions): Promise<TableReference[]> {
    const rows = await this.database.all(
      {
        sql:
          'SELECT table_schema AS s, table_name AS t, referenced_table_schema AS ps, referenced_table_name AS pt ' +
          'FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL AND ordinal_position = 1 ' +
          `AND table_schema NOT IN (${marks}) ORDER BY 1, 2, constraint_name`,
        values: SYSTEM,
      },
      options,
    );
    return rows.map((row) => ({
      child: { schema: String(row['s']), table: String(row['t']) },
      parent: { schema: String(row['ps']), table: String(row['pt']) },
    }));
  }

  async dropTables(names: readonly TableName[]): Promise<void> {
    await dropTables(this.database, names);
  }

  /** With the server's own character set, as datajoint-python 2.3.2 does (`adapters.mysql.create_schema_sql`). */
  async createSchema(schema: string): Promise<void> {
    await this.database.run({ sql: `CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(schema)}`, values: [] });
  }

  /** @throws IntegrityError when a table of another schema refers to one of this; then nothing is dropped. */
  async dropSchema(schema: string): Promise<void> {
    const [outside] = await this.database.all({
      sql:
        'SELECT table_schema AS child_schema, table_name AS child FROM information_schema.key_column_usage ' +
        'WHERE referenced_table_schema = ? AND table_schema <> ? LIMIT 1',
      values: [schema, schema],
    });
    if (outside !== undefined) {
      const child = `${String(outside['child_schema'])}.${String(outside['child'])}`;
      throw new IntegrityError(`The schema ${schema} cannot be dropped: ${child} refers to it. Drop that table first.`);
    }
    await this.database.run({ sql: `DROP DATABASE IF EXISTS ${quoteIdentifier(schema)}`, values: [] });
  }

  async tables(schemas?: readonly string[], options?: ReadOptions): Promise<TableSpec[]> {
    if (schemas === undefined) return await this.#read({ kind: 'all', besides: SYSTEM }, options);
    if (schemas.length === 0) return [];
    if (schemas.length <= MOST_NAMED)
      return await this.#read({ kind: 'schemas', schemas: [...new Set(schemas)] }, options);
    const wanted = new Set(schemas);
    const all = await this.#read({ kind: 'all', besides: SYSTEM }, options);
    return all.filter((table) => wanted.has(table.name.schema));
  }

  async hiddenForm(schema: string): Promise<HiddenForm> {
    return hiddenFormOf(await this.database.all(hiddenAttributes(schema)));
  }

  async table(name: TableName, options?: ReadOptions): Promise<TableSpec | null> {
    const [table = null] = await this.tablesNamed([name], options);
    return table;
  }

  async tablesNamed(names: readonly TableName[], options?: ReadOptions): Promise<(TableSpec | null)[]> {
    const idOf = ({ schema, table }: TableName) => `${schema}.${table}`;
    // Each is looked up by itself, so a table that is named twice would come with its columns twice.
    const found = await this.#readNamed([...new Map(names.map((name) => [idOf(name), name])).values()], options);
    // A server may store names in lower case and find them in any.
    const isCalled = (wanted: TableName) => (each: TableSpec) => idOf(each.name) === idOf(wanted);
    const isLike = (wanted: TableName) => (each: TableSpec) =>
      idOf(each.name).toLowerCase() === idOf(wanted).toLowerCase();
    return names.map((name) => found.find(isCalled(name)) ?? found.find(isLike(name)) ?? null);
  }

  async #readNamed(names: readonly TableName[], options: ReadOptions | undefined): Promise<TableSpec[]> {
    if (names.length <= MOST_NAMED) return names.length === 0 ? [] : await this.#read({ kind: 'tables', names }, options);
    const schemas = [...new Set(names.map(({ schema }) => schema))];
    const found: TableSpec[] = [];
    for (let i = 0; i < schemas.length; i += MOST_NAMED) {
      found.push(...(await this.#read({ kind: 'schemas', schemas: schemas.slice(i, i + MOST_NAMED) }, options)));
    }
    return found;
  }

  #read(scope: Scope, options: ReadOptions | undefined): Promise<TableSpec[]> {
    const all = (sql: string, values: readonly string[]): Promise<SqlRow[]> =>
      this.database.all({ sql, values }, options);
    return readTables(all, this.server, scope);
  }
}
