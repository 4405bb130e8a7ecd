import { DataJointError, IntegrityError } from '../../errors';
import type { Catalog, Database, Executor, ReadOptions, Statement, TableReference } from '../contract';
import { type HiddenForm, type ListedTable, type TableName, type TableSpec, wholeTable } from '../model';
import { toListed, toTable } from './catalogRow';
import { childrenFirst } from './childrenFirst';
import { dropTable } from './ddl';
import { storedName } from './quote';
import { NO_TABLES } from './system';

/** SQLite takes names that differ in case alone for the same. */
const IS_NO_TABLE = `(schema_name || '.' || table_name) COLLATE NOCASE IN (${NO_TABLES})`;

/** One row per table, its attributes as one JSON array: a single statement is a single view of the file. */
const SELECT_TABLES = `SELECT schema_name, table_name, comment, foreign_keys, indexes, (
    SELECT json_group_array(json_array(name, declared_type, json(iif(json_valid(column_type), column_type, 'null')), codec, in_key, nullable, auto_increment,
      json(iif(json_valid(default_value) OR default_value IS NULL, default_value, '0')), comment, lineage) ORDER BY ordinal)
    FROM datajoint_attributes a WHERE a.schema_name = t.schema_name AND a.table_name = t.table_name
  ) AS attributes, ${IS_NO_TABLE} AS is_no_table
  FROM datajoint_tables t`;

const SELECT_REFERENCES = `SELECT schema_name, table_name, value ->> '$.parent.schema' AS parent_schema,
    value ->> '$.parent.table' AS parent_table
  FROM datajoint_tables, json_each(iif(json_valid(foreign_keys), foreign_keys, '[]')) ORDER BY schema_name, table_name, key`;

/** A table outside a schema that refers to one in it. */
const REFERRING_TABLE = `SELECT schema_name, table_name FROM datajoint_tables
  WHERE schema_name <> ? AND EXISTS (SELECT 1 FROM json_each(iif(json_valid(foreign_keys), foreign_keys, '[]')) WHERE value ->> '$.parent.schema' = ?)
  LIMIT 1`;

/** What exists in the file, as the system tables tell it. */
export class SqliteCatalog implements Catalog {
  constructor(private readonly database: Database) {}

  async schemas(options?: ReadOptions): Promise<string[]> {
    const rows = await this.database.all(
      { sql: 'SELECT name FROM datajoint_schemas ORDER BY name', values: [] },
      options,
    );
    return rows.map((row) => String(row['name']));
  }

  async tableNames(options?: ReadOptions): Promise<ListedTable[]> {
    const sql = `SELECT schema_name, table_name, ${IS_NO_TABLE} AS is_no_table FROM datajoint_tables ORDER BY schema_name, table_name`;
    const rows = await this.database.all({ sql, values: [] }, options);
    return rows.map(toListed);
  }

  /** @throws DataJointError `not_allowed` beside a schema whose name differs in case alone, which SQLite takes for the same. */
  async createSchema(schema: string): Promise<void> {
    const similar = 'SELECT name FROM datajoint_schemas WHERE name = ? COLLATE NOCASE AND name <> ?';
    const [other] = await this.database.all({ sql: similar, values: [schema, schema] });
    if (other !== undefined) {
      const name = String(other['name']);
      throw new DataJointError('not_allowed', `The schema ${schema} cannot be made beside ${name}: an embedded database does not heed the case of names; call it otherwise.`);
    }
    const sql = 'INSERT INTO datajoint_schemas (name) VALUES (?) ON CONFLICT DO NOTHING';
    await this.database.run({ sql, values: [schema] });
  }

  /**
   * In one transaction: a schema goes whole or not at all.
   * @throws IntegrityError when a table of another schema refers to one of this.
   */
  async dropSchema(schema: string): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const tables = await readTables(transaction, 'WHERE schema_name = ?', [schema]);
      const [outside] = await transaction.all({ sql: REFERRING_TABLE, values: [schema, schema] });
      if (outside !== undefined) {
        const child = storedName({ schema: String(outside['schema_name']), table: String(outside['table_name']) });
        throw new IntegrityError(
          `The schema ${schema} cannot be dropped: ${child} refers to it. Drop that table first.`,
        );
      }
      for (const table of childrenFirst(tables)) {
        for (const statement of dropTable(table.name)) await transaction.run(statement);
      }
      await transaction.run({ sql: 'DELETE FROM datajoint_schemas WHERE name = ?', values: [schema] });
    });
  }

  /** In one transaction: all go or none. */
  async dropTables(names: readonly TableName[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      for (const statement of names.flatMap(dropTable)) await transaction.run(statement);
    });
  }

  async references(options?: ReadOptions): Promise<TableReference[]> {
    const rows = await this.database.all({ sql: SELECT_REFERENCES, values: [] }, options);
    return rows.map((row) => ({
      child: { schema: String(row['schema_name']), table: String(row['table_name']) },
      parent: { schema: String(row['parent_schema']), table: String(row['parent_table']) },
    }));
  }

  tables(schemas?: readonly string[], options?: ReadOptions): Promise<TableSpec[]> {
    const order = 'ORDER BY schema_name, table_name';
    if (schemas === undefined) return readTables(this.database, order, [], options);
    const where = `WHERE schema_name IN (SELECT value FROM json_each(?)) ${order}`;
    return readTables(this.database, where, [JSON.stringify(schemas)], options);
  }

  /** No other program declares tables in the file. */
  hiddenForm(): Promise<HiddenForm> {
    return Promise.resolve('since 2.3.4');
  }

  async table(name: TableName, options?: ReadOptions): Promise<TableSpec | null> {
    const [table = null] = await this.tablesNamed([name], options);
    return table === null ? null : wholeTable(table);
  }

  async tablesNamed(names: readonly TableName[], options?: ReadOptions): Promise<(TableSpec | null)[]> {
    const where = 'WHERE (schema_name, table_name) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';
    const list = JSON.stringify(names.map(({ schema, table }) => [schema, table]));
    const found = await readTables(this.database, where, [list], options);
    return names.map(({ schema, table }) => found.find(({ name }) => name.schema === schema && name.table === table) ?? null);
  }
}

async function readTables(
  executor: Executor,
  where: string,
  values: Statement['values'],
  options?: ReadOptions,
): Promise<TableSpec[]> {
  const rows = await executor.all({ sql: `${SELECT_TABLES} ${where}`, values }, options);
  return rows.map(toTable);
}
