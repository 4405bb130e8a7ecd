/** What every row that is inserted must meet, wherever its values come from. */
import type { Attribute, TableSpec } from '../database';
import { DataJointError, UnknownAttributeError } from '../errors';

/** The names that a program may use; others belong to the platform. */
export const visibleNames = (spec: TableSpec): string[] =>
  spec.attributes.map((attribute) => attribute.name).filter((name) => !name.startsWith('_'));

/** @throws UnknownAttributeError when one of the names is no attribute of the table. */
export function assertKnown(spec: TableSpec, label: string, names: readonly string[]): void {
  const extra = names.find((name) => !spec.attributes.some((attribute) => attribute.name === name));
  if (extra !== undefined) {
    throw new UnknownAttributeError(`${label} has no attribute "${extra}": its attributes are ${visibleNames(spec).join(', ')}.`);
  }
}

/** @throws DataJointError `missing_value` when a row cannot do without a value for the attribute. */
export function assertMayBeAbsent(attribute: Attribute, label: string): void {
  const { name, declaredType, nullable, autoIncrement } = attribute;
  if (attribute.default === null && !nullable && !autoIncrement && !name.startsWith('_')) {
    throw new DataJointError('missing_value', `${label} needs a value for "${name}" (${declaredType}), which has no default.`);
  }
}
