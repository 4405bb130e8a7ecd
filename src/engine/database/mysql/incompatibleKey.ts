import type { SqlRow, Statement } from '../contract';

const NAME = '`((?:[^`]|``)+)`';
const TARGET = new RegExp(`^\\s*(?:CREATE TABLE IF NOT EXISTS|CREATE TABLE|ALTER TABLE)\\s+${NAME}\\.${NAME}`, 'i');
const REFERENCE = new RegExp(`REFERENCES ${NAME}\\.${NAME} \\(([^)]*)\\)`, 'gi');

/**
 * The sentence about a reference that the server refuses because the columns differ. DataJoint declares both with one type,
 * so that mostly their schemas have different collations, which is looked up.
 */
export async function incompatibleKeySentence(
  { sql }: Statement,
  look: (statement: Statement) => Promise<SqlRow[]>,
): Promise<string> {
  const [, childSchema, childTable] = TARGET.exec(sql) ?? [];
  if (childSchema === undefined || childTable === undefined)
    return 'A table cannot refer to another, because the types or the collations of their attributes differ.';
  const child = `${plain(childSchema)}.${plain(childTable)}`;
  for (const [, schema = '', table = '', columns = ''] of sql.matchAll(REFERENCE)) {
    const parent = `${plain(schema)}.${plain(table)}`;
    const differing = await differingCollations(look, plain(childSchema), [plain(schema), plain(table)], namesIn(columns));
    if (differing !== null) {
      const [ofParent, ofChild] = differing;
      return (
        `${child} cannot refer to ${parent}: texts have the collation ${ofParent} there and ${ofChild} in the schema ` +
        `${plain(childSchema)}. Make that schema with the collation ${ofParent}, or alter it before its tables are declared.`
      );
    }
  }
  return `${child} cannot refer to another table, because the types or the collations of their attributes differ.`;
}

/** The collation of a text among the columns, and that of new tables of the child's schema, if they are two. */
async function differingCollations(
  look: (statement: Statement) => Promise<SqlRow[]>,
  childSchema: string,
  parent: readonly [schema: string, table: string],
  columns: readonly string[],
): Promise<readonly [string, string] | null> {
  const rows = await look({
    sql:
      'SELECT DISTINCT CONVERT(c.collation_name USING utf8mb4) AS parent, ' +
      'CONVERT(s.default_collation_name USING utf8mb4) AS child ' +
      'FROM information_schema.columns AS c, information_schema.schemata AS s ' +
      `WHERE c.table_schema = ? AND c.table_name = ? AND c.column_name IN (${columns.map(() => '?').join(', ')}) ` +
      'AND s.schema_name = ?',
    values: [...parent, ...columns, childSchema],
  }).catch(() => []);
  const found = rows.find((row) => row['parent'] !== null && row['parent'] !== row['child']);
  return found === undefined ? null : [String(found['parent']), String(found['child'])];
}

const namesIn = (columns: string): string[] =>
  [...columns.matchAll(new RegExp(NAME, 'g'))].map(([, name = '']) => plain(name));

const plain = (name: string): string => name.replaceAll('``', '`');
