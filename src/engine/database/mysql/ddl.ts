import type { Statement } from '../contract';
import type { HiddenForm, Index, TableSpec } from '../model';
import { columnComments, columnDefinition } from './columns';
import { inColumnOrder } from './hiddenForm';
import { quoteIdentifier, quoteText, tableReference } from './quote';
import { LINEAGE } from './scope';

/**
 * The statements that record the lineage of a table's attributes and declare the table, as datajoint-python 2.3.5 does
 * (`declare.declare`, `table.Table._populate_lineage`, `lineage`): the server names keys and constraints by their
 * order. Each does nothing where its work is already done. The lineage is there before the table, and never away: the server
 * commits each statement, and another session may read the table as soon as it exists.
 */
export function createTable(spec: TableSpec, form: HiddenForm): Statement[] {
  const create = { sql: tableSql(spec, form), values: [] };
  // A schema of datajoint-python 0.x has no `~lineage`: its schema-wide queue must not bring one.
  return spec.name.table === '~jobs' ? [create] : [...lineageStatements(spec), create];
}

/** The statements that make the rows of `~lineage` those of the table. */
export function lineageStatements({ name, attributes }: TableSpec): Statement[] {
  const lineage = tableReference({ schema: name.schema, table: LINEAGE });
  const known = attributes.filter((attribute) => attribute.lineage !== null);
  const declare = { sql: lineageTableSql(name.schema), values: [] };
  const forget = `DELETE FROM ${lineage} WHERE table_name = ?`;
  if (known.length === 0) return [declare, { sql: forget, values: [name.table] }];
  const columns = ['table_name', 'attribute_name', 'lineage'];
  const record =
    `INSERT INTO ${lineage} (${columns.join(', ')}) VALUES ${known.map(() => '(?, ?, ?)').join(', ')} ` +
    `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`;
  return [
    declare,
    { sql: record, values: known.flatMap((attribute) => [name.table, attribute.name, attribute.lineage]) },
    { sql: `${forget} AND attribute_name NOT IN (${known.map(() => '?').join(', ')})`, values: [name.table, ...known.map((attribute) => attribute.name)] },
  ];
}

function lineageTableSql(schema: string): string {
  return (
    `CREATE TABLE IF NOT EXISTS ${tableReference({ schema, table: LINEAGE })} (\n` +
    '`table_name` VARCHAR(64) NOT NULL COMMENT "table name within the schema",\n' +
    '`attribute_name` VARCHAR(64) NOT NULL COMMENT "attribute name",\n' +
    '`lineage` VARCHAR(255) NOT NULL COMMENT "origin: schema.table.attribute",\n' +
    'PRIMARY KEY (`table_name`, `attribute_name`)\n) ENGINE=InnoDB'
  );
}

function tableSql(spec: TableSpec, form: HiddenForm): string {
  const comments = columnComments(spec);
  const key = spec.attributes.filter((attribute) => attribute.inKey).map(({ name }) => name);
  const lines = [
    ...inColumnOrder(spec.attributes, form).map((attribute) => columnDefinition(attribute, comments.get(attribute.name) ?? '')),
    `PRIMARY KEY (${list(key)})`,
    ...spec.foreignKeys.map(
      ({ parent, columns }) =>
        `FOREIGN KEY (${list(columns.map(({ child }) => child))}) REFERENCES ${tableReference(parent)} ` +
        `(${list(columns.map((column) => column.parent))}) ON UPDATE CASCADE ON DELETE RESTRICT`,
    ),
    ...spec.indexes.map(indexSql),
  ];
  const comment = spec.comment === '' ? '' : `, COMMENT ${quoteText(spec.comment)}`;
  return `CREATE TABLE IF NOT EXISTS ${tableReference(spec.name)} (\n${lines.join(',\n')}\n) ENGINE=InnoDB${comment}`;
}

function indexSql({ unique, attributes }: Index): string {
  return `${unique ? 'UNIQUE INDEX' : 'INDEX'} (${list(attributes)})`;
}

/** Names quoted, expressions in parentheses as they are. */
function list(attributes: readonly string[]): string {
  return attributes.map((attribute) => (attribute.startsWith('(') ? attribute : quoteIdentifier(attribute))).join(', ');
}
