import type { Statement } from '../contract';
import type { TableSpec } from '../model';
import { columnDefinition } from './columns';
import { attributeRows, indexSql, tableRow } from './ddl';
import { quoteIdentifier, storedName } from './quote';

/**
 * The statements that give a table other comments and defaults, and attributes that it lacks. SQLite cannot change a
 * column's default, so that column is made anew, filled from the old one and put in its place.
 */
export function alterTable(existing: TableSpec, wanted: TableSpec): Statement[] {
  const table = quoteIdentifier(storedName(existing.name));
  const stored = new Map(existing.attributes.map((attribute) => [attribute.name, attribute]));
  const changed = wanted.attributes.filter((attribute) => {
    const before = stored.get(attribute.name);
    return before !== undefined && JSON.stringify(before.default) !== JSON.stringify(attribute.default);
  });
  const added = wanted.attributes.filter((attribute) => !stored.has(attribute.name));
  const indexed = existing.indexes.filter((index) => changed.some(({ name }) => index.attributes.includes(name)));
  const place = [existing.name.schema, existing.name.table];
  return [
    ...indexSql({ ...existing, indexes: indexed, foreignKeys: [] }).map(({ name }) => `DROP INDEX IF EXISTS ${name}`),
    ...changed.flatMap((attribute) => {
      const name = quoteIdentifier(attribute.name);
      const old = quoteIdentifier(`${attribute.name}~old`);
      return [
        `ALTER TABLE ${table} RENAME COLUMN ${name} TO ${old}`,
        `ALTER TABLE ${table} ADD COLUMN ${columnDefinition(storedName(existing.name), attribute)}`,
        `UPDATE ${table} SET ${name} = ${old}`,
        `ALTER TABLE ${table} DROP COLUMN ${old}`,
      ];
    }),
    ...added.map(
      (attribute) => `ALTER TABLE ${table} ADD COLUMN ${columnDefinition(storedName(existing.name), attribute)}`,
    ),
    ...indexSql({ ...existing, indexes: indexed, foreignKeys: [] }).map(({ sql }) => sql),
  ]
    .map((sql): Statement => ({ sql, values: [] }))
    .concat(
      { sql: 'DELETE FROM datajoint_attributes WHERE schema_name = ? AND table_name = ?', values: place },
      { sql: 'DELETE FROM datajoint_tables WHERE schema_name = ? AND table_name = ?', values: place },
      tableRow(wanted),
      attributeRows(wanted),
    );
}
