import type { Query } from '../algebra';
import { parseDefinition } from '../definition';
import { DataJointError } from '../errors';
import { joinParents, referenceSource, type TableBinding } from '../tables';

/**
 * The join of the tables that a table's primary key refers to, primary keys only, renamed as the references say.
 * Source: datajoint-python 2.3.2, `AutoPopulate.key_source`.
 * @throws DataJointError `definition` when the primary key refers to nothing.
 */
export function defaultKeySource(binding: TableBinding): Query {
  const { lines } = parseDefinition(binding.table.definition, binding.label);
  const parents = lines.flatMap((line) =>
    line.kind === 'reference' && line.inKey
      ? [{ source: referenceSource(line.target, binding), renames: line.projection?.renames ?? {} }]
      : [],
  );
  const keySource = joinParents(parents);
  if (keySource === null) {
    throw new DataJointError('definition', `${binding.label} cannot be populated: its primary key refers to no other table. Begin the definition with -> Parent.`);
  }
  return keySource;
}
