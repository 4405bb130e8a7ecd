import type { SqlRow, Statement } from '../contract';
import type { Attribute, HiddenForm } from '../model';

/** The statement whose rows `hiddenFormOf` reads: the hidden attributes of a schema that tell who declared its tables. */
export function hiddenAttributes(schema: string): Statement {
  return {
    sql:
      'SELECT c.column_name AS name, c.is_nullable AS nullable, c.ordinal_position AS position, ' +
      '(SELECT COUNT(*) FROM information_schema.columns AS o ' +
      'WHERE o.table_schema = c.table_schema AND o.table_name = c.table_name) AS columns_there ' +
      "FROM information_schema.columns AS c WHERE c.table_schema = ? AND c.column_name IN ('_job_version', '_singleton', '_prov')",
    values: [schema],
  };
}

/** What the tables of a schema show. One table of the new form is enough: its program declares the next one too. */
export function hiddenFormOf(rows: readonly SqlRow[]): HiddenForm {
  const shown = rows.map(formShown);
  return shown.includes('before 2.3.4') && !shown.includes('since 2.3.4') ? 'before 2.3.4' : 'since 2.3.4';
}

function formShown(row: SqlRow): HiddenForm | null {
  if (row['name'] === '_prov') return 'since 2.3.4';
  if (row['name'] === '_job_version') return row['nullable'] === 'YES' ? 'before 2.3.4' : 'since 2.3.4';
  if (Number(row['columns_there']) === 1) return null;
  return Number(row['position']) === 1 ? 'before 2.3.4' : 'since 2.3.4';
}

/** The attributes in the order of their columns: the key of a table with one row stands where datajoint-python puts it. */
export function inColumnOrder(attributes: readonly Attribute[], form: HiddenForm): readonly Attribute[] {
  if (form === 'before 2.3.4') return attributes;
  const rank = ({ name }: Attribute): number => (name === '_singleton' ? 1 : name.startsWith('_') ? 2 : 0);
  return attributes.toSorted((a, b) => rank(a) - rank(b));
}
