import type { Attribute, TableSpec } from '../database';
import { compareSpecs } from '../definition';
import { DataJointError } from '../errors';
import type { TableBinding } from './binding';
import { definedTable } from './declare';

/**
 * Changes the table in the database to what the definition in the code says, where that is safe: comments, defaults,
 * and new secondary attributes that may be null or have a default.
 * @returns what changed, a line each; nothing when nothing did
 * @throws DataJointError `definition_mismatch` naming every other difference, `unknown_table` when the table is not
 * declared, `not_allowed` inside a transaction. Nothing is changed then.
 */
export async function alter(binding: TableBinding): Promise<string[]> {
  const connection = await binding.schema.connection();
  if (connection.inTransaction) throw new DataJointError('not_allowed', `${binding.label} cannot be altered inside a transaction.`);
  const { spec: wanted } = await definedTable(binding);
  const existing = await connection.catalog.table(wanted.name);
  if (existing === null) throw new DataJointError('unknown_table', `${binding.label} is not declared yet: use it once, and it is declared as defined.`);
  const unsafe = compareSpecs(withoutSafeChanges(wanted, existing), existing);
  if (unsafe.length > 0) {
    throw new DataJointError(
      'definition_mismatch',
      `${binding.label} cannot be altered that far: ${unsafe.join('; ')}. Only comments, defaults and new attributes that are nullable or have a default can change.`,
    );
  }
  const changes = [...compareSpecs(wanted, existing), ...changedComments(wanted, existing)];
  if (changes.length > 0) {
    await connection.transaction(async (transaction) => {
      for (const statement of connection.dialect.alterTable(existing, merged(wanted, existing))) await transaction.run(statement);
    });
  }
  binding.forget();
  return changes;
}

/** The wanted table with everything taken back that is safe to change: what still differs is not. */
function withoutSafeChanges(wanted: TableSpec, existing: TableSpec): TableSpec {
  const attributes = wanted.attributes.flatMap((attribute): Attribute[] => {
    const before = existing.attributes.find(({ name }) => name === attribute.name);
    if (before !== undefined) return [{ ...attribute, default: before.default }];
    return !attribute.inKey && (attribute.nullable || attribute.default !== null) && !isReference(wanted, attribute) ? [] : [attribute];
  });
  return { ...wanted, attributes };
}

const isReference = (spec: TableSpec, attribute: Attribute): boolean =>
  spec.foreignKeys.some((key) => key.columns.some(({ child }) => child === attribute.name));

function changedComments(wanted: TableSpec, existing: TableSpec): string[] {
  const lines = wanted.comment === existing.comment ? [] : ['the comment of the table'];
  for (const { name, comment } of wanted.attributes) {
    const before = existing.attributes.find((attribute) => attribute.name === name);
    if (before !== undefined && before.comment !== comment) lines.push(`${name}: its comment`);
  }
  return lines;
}

/** The wanted table with the hidden attributes that the existing one has. */
function merged(wanted: TableSpec, existing: TableSpec): TableSpec {
  const hidden = existing.attributes.filter(({ name }) => name.startsWith('_') && !wanted.attributes.some((attribute) => attribute.name === name));
  return { ...wanted, attributes: [...wanted.attributes, ...hidden] };
}
