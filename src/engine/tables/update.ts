import { encodeValue } from '../codecs';
import type { SqlValue } from '../database';
import { DataJointError, UnknownAttributeError } from '../errors';
import type { TableBinding } from './binding';

/**
 * Changes secondary attributes of one existing row, given with its whole primary key.
 * Null resets an attribute that cannot be null to its default.
 * Source: datajoint-python 2.3.5, `table.Table.update1`.
 * @throws DataJointError `query` when no row has that key, `missing_value` when the key is not complete.
 */
export async function update1(binding: TableBinding, row: Readonly<Record<string, unknown>>): Promise<void> {
  const { connection, spec } = await binding.ready();
  const unknown = Object.keys(row).find((name) => !spec.attributes.some((attribute) => attribute.name === name));
  if (unknown !== undefined) throw new UnknownAttributeError(`${binding.label} has no attribute "${unknown}".`);
  const { dialect } = connection;
  const keys: string[] = [];
  const keyValues: SqlValue[] = [];
  const changes: string[] = [];
  const newValues: SqlValue[] = [];
  for (const attribute of spec.attributes) {
    const value = row[attribute.name];
    const column = dialect.quoteIdentifier(attribute.name);
    if (attribute.inKey) {
      if (value === undefined || value === null) {
        throw new DataJointError('missing_value', `update1 of ${binding.label} needs the whole primary key: "${attribute.name}" is missing.`);
      }
      keys.push(`${column} = ?`);
      keyValues.push(encodeValue(attribute, value, binding.label));
    } else if (value === null && !attribute.nullable && attribute.default !== null) {
      changes.push(`${column} = ${dialect.defaultValue(attribute)}`);
    } else if (value !== undefined) {
      changes.push(`${column} = ?`);
      newValues.push(encodeValue(attribute, value, binding.label));
    }
  }
  const table = dialect.tableReference(spec.name);
  const where = `WHERE ${keys.join(' AND ')}`;
  const found = await connection.executor.all({ sql: `SELECT 1 AS found FROM ${table} ${where}`, values: keyValues });
  if (found.length === 0) throw new DataJointError('query', `update1 of ${binding.label} found no row with that primary key: insert it first.`);
  if (changes.length === 0) return;
  await connection.executor.write({ sql: `UPDATE ${table} SET ${changes.join(', ')} ${where}`, values: [...newValues, ...keyValues] });
}
