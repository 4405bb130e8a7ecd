import type { Attribute, ColumnType, Database, SqlValue, Statement, TableSpec } from '../../../src/engine/database';

export const sql = (text: string, ...values: SqlValue[]): Statement => ({ sql: text, values });

export const int32: ColumnType = { kind: 'integer', bits: 32, unsigned: false };

export function attribute(name: string, column: ColumnType, more: Partial<Attribute> = {}): Attribute {
  return {
    name,
    declaredType: column.kind,
    column,
    codec: null,
    inKey: false,
    nullable: false,
    autoIncrement: false,
    default: null,
    comment: '',
    lineage: null,
    ...more,
  };
}

export const key = (name: string, column: ColumnType = int32): Attribute => attribute(name, column, { inKey: true });

export function table(name: string, attributes: Attribute[], more: Partial<TableSpec> = {}): TableSpec {
  return { name: { schema: 'lab', table: name }, comment: '', attributes, foreignKeys: [], indexes: [], ...more };
}

export async function declare(database: Database, spec: TableSpec): Promise<void> {
  await database.transaction(async (transaction) => {
    for (const statement of database.dialect.createTable(spec)) await transaction.run(statement);
  });
}

const name = attribute('name', { kind: 'varchar', length: 10 }, { nullable: true, default: { kind: 'null' } });

/** The table `lab.item`: `id`, and `name` of up to 10 characters or null. */
export const item = table('item', [key('id'), { ...name, declaredType: 'varchar(10)' }]);

export const insertItem = (id: SqlValue, name: SqlValue = null): Statement =>
  sql('INSERT INTO "lab.item" ("id", "name") VALUES (?, ?)', id, name);

export const countItems = sql('SELECT count(*) AS n FROM "lab.item"');
