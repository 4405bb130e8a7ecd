import type { TableName } from '../database';
import { DataJointError } from '../errors';
import type { TableBinding } from './binding';

/**
 * Every table class that a schema has taken in, by schema and class name. References in definitions are found here. A
 * class that is registered again (its file was loaded again) replaces the former one.
 */
const classes = new Map<string, Map<string, TableBinding>>();

export function register(binding: TableBinding): void {
  const schema = binding.name.schema;
  const ofSchema = classes.get(schema) ?? new Map<string, TableBinding>();
  ofSchema.set(binding.label, binding);
  classes.set(schema, ofSchema);
}

/** The bindings of a schema in the order in which they were registered. */
export function bindingsOf(schema: string): TableBinding[] {
  return [...(classes.get(schema)?.values() ?? [])];
}

/** All registered tables, in order of registration. */
export function registeredTables(): TableBinding[] {
  return [...classes.values()].flatMap((ofSchema) => [...ofSchema.values()]);
}

/**
 * The table that a definition's `-> target` means, seen from `from`: `master`, a class of the same schema, a class of
 * any schema when only one has that name, or `schema.Class`. Null when no class has that name.
 * @throws DataJointError `unknown_table` when several schemas have a class of that name.
 */
export function resolveReference(target: string, from: TableBinding): TableBinding | null {
  if (target === 'master') return from.master;
  const own = classes.get(from.name.schema)?.get(target);
  if (own !== undefined) return own;
  const dot = target.indexOf('.');
  const qualified = dot < 0 ? undefined : classes.get(target.slice(0, dot))?.get(target.slice(dot + 1));
  if (qualified !== undefined) return qualified;
  const namesakes = [...classes.values()].map((ofSchema) => ofSchema.get(target)).filter((found) => found !== undefined);
  if (namesakes.length > 1) {
    const schemas = namesakes.map((found) => `${found.name.schema}.${target}`).join(' or ');
    throw new DataJointError('unknown_table', `${from.label} refers to "${target}", which several schemas have: write ${schemas}.`);
  }
  return namesakes[0] ?? null;
}

/** The class of a table by its address in the database. */
export function registeredAs(name: TableName): TableBinding | null {
  return bindingsOf(name.schema).find((binding) => binding.name.table === name.table) ?? null;
}
