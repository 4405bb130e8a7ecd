import { Compiler, type Expression, type HeadingAttribute, prepare, selectStatement } from '../algebra';
import type { Attribute, ColumnType, Connection, Statement, TableSpec } from '../database';
import { sameType } from '../definition';
import type { InsertOptions } from './insert';
import { assertKnown, assertMayBeAbsent } from './rowChecks';

/**
 * The rows of a query as one INSERT … SELECT, which no row leaves the database for; null when they must be read and checked
 * one by one: they are on another database, or a value is computed, of a type that the attribute may not hold, or may be
 * null where the attribute is not.
 * Source: datajoint-python 2.3.5, `table.Table.insert`, which leaves such values to the server to convert.
 * @throws UnknownAttributeError for an attribute that the table lacks, DataJointError `missing_value` for one that it needs
 */
export async function insertSelect(
  connection: Connection,
  spec: TableSpec,
  label: string,
  query: Expression,
  options: InsertOptions,
  words: { readonly verb: string; readonly suffix: string },
): Promise<Statement | null> {
  const from = await prepare(query);
  const { dialect } = connection;
  const compiler = new Compiler(dialect);
  const block = compiler.block(query);
  if (options.ignoreExtraFields !== true) assertKnown(spec, label, block.heading.names);
  const given = spec.attributes.filter(({ name }) => block.heading.has(name));
  for (const attribute of spec.attributes) if (!given.includes(attribute)) assertMayBeAbsent(attribute, label);
  const canGoOver = given.every((attribute) => fits(block.heading.get(attribute.name), attribute));
  if (from !== connection || !canGoOver || mayLackRows(query)) return null;
  const names = given.map(({ name }) => name);
  const select = selectStatement(block, dialect, names);
  const list = names.map((name) => dialect.quoteIdentifier(name)).join(', ');
  // In a subquery and with WHERE, so that no database takes the beginning of the suffix for a part of the SELECT.
  const sql = `${words.verb} ${dialect.tableReference(spec.name)} (${list}) SELECT ${list} FROM (${select.sql}) AS source WHERE TRUE ${words.suffix}`;
  return { sql, values: select.values };
}

function fits(given: HeadingAttribute | undefined, attribute: Attribute): boolean {
  const stored = given?.stored ?? null;
  if (stored === null || (stored.nullable && !attribute.nullable)) return false;
  return sameType(stored, attribute) || (stored.codec === null && attribute.codec === null && isWider(attribute.column, stored.column));
}

/** True when numbers of the narrow type are numbers of the wide one, up to its range and precision. */
function isWider(wide: ColumnType, narrow: ColumnType): boolean {
  if (wide.kind === 'float') return ['integer', 'float', 'decimal'].includes(narrow.kind);
  return (wide.kind === 'integer' || wide.kind === 'decimal') && narrow.kind === 'integer';
}

/** True when a row may have nulls for the attributes of a table that has no row for it. */
function mayLackRows(query: Expression): boolean {
  switch (query.op) {
    case 'table':
      return false;
    case 'restrict':
    case 'project':
    case 'distinct':
    case 'top':
      return mayLackRows(query.input);
    case 'join':
      return query.outer || mayLackRows(query.left) || mayLackRows(query.right);
    case 'aggregate':
    case 'union':
      return true;
  }
}
