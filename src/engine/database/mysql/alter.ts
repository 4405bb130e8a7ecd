import type { Statement } from '../contract';
import type { Attribute, TableSpec } from '../model';
import { columnComments, columnDefinition } from './columns';
import { lineageStatements } from './ddl';
import { quoteIdentifier, quoteText, tableReference } from './quote';

/**
 * One ALTER TABLE that gives a table other comments and defaults, and attributes that it lacks in their place.
 * Source: datajoint-python 2.3.2, `declare._make_attribute_alter`.
 */
export function alterTable(existing: TableSpec, wanted: TableSpec): Statement[] {
  const stored = new Map(existing.attributes.map((attribute) => [attribute.name, attribute]));
  const [before, after] = [existing, wanted].map(columnComments);
  const define = (attribute: Attribute, comments = after): string =>
    columnDefinition(attribute, comments?.get(attribute.name) ?? '');
  const changes = wanted.attributes.flatMap((attribute, index) => {
    const present = stored.get(attribute.name);
    const previous = wanted.attributes[index - 1];
    if (present === undefined)
      return [
        `ADD ${define(attribute)}${previous === undefined ? ' FIRST' : ` AFTER ${quoteIdentifier(previous.name)}`}`,
      ];
    return define(present, before) === define(attribute) ? [] : [`MODIFY ${define(attribute)}`];
  });
  if (existing.comment !== wanted.comment) changes.push(`COMMENT=${quoteText(wanted.comment)}`);
  if (changes.length === 0) return [];
  return [
    { sql: `ALTER TABLE ${tableReference(wanted.name)} ${changes.join(', ')}`, values: [] },
    ...lineageStatements(wanted),
  ];
}
