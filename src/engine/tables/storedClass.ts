import type { Connection, TableName } from '../database';
import { bind, TableBinding } from './binding';
import { schemaOfAnyName } from './schema';
import type { TableConstructor } from './tier';

/** Gives a class the table that something else has declared. Nothing finds the class by its name. */
export function bindStored(table: TableConstructor, name: TableName, connection: Connection): TableBinding {
  const binding = new TableBinding(table, schemaOfAnyName(name.schema, { connection }), null, name);
  bind(table, binding);
  return binding;
}
