import { encodeValue } from '../codecs';
import type { Attribute, SqlRow, SqlValue } from '../database';
import { all, any, concat, type Fragment, raw, sql, value } from '../algebra';
import { DataJointError } from '../errors';
import type { JobTable } from './jobTable';

/** A job's key as the database stores it, in the order of the job table's primary key. */
export type StoredKey = readonly SqlValue[];

/** Picks a key's values out of a row that was read from the job table. */
export function storedKey(table: JobTable, row: SqlRow): StoredKey {
  return table.key.map((name) => row[name] ?? null);
}

/** Encodes a key as people write it. @throws DataJointError `missing_value` when an attribute is missing. */
export function encodeKey(table: JobTable, key: Readonly<Record<string, unknown>>): StoredKey {
  return table.key.map((name) => {
    const given = key[name];
    if (given === undefined || given === null) {
      throw new DataJointError('missing_value', `A job of ${table.label} needs its whole key (${table.key.join(', ')}): "${name}" is missing.`);
    }
    return encodeValue(attributeOf(table, name), given, table.label);
  });
}

export function attributeOf(table: JobTable, name: string): Attribute {
  const attribute = table.jobs.attributes.find((each) => each.name === name);
  if (attribute === undefined) throw new DataJointError('corrupt', `The job queue of ${table.label} has no column "${name}": it was not made by DataJoint 2.`);
  return attribute;
}

/** `(a = ? AND b = ?)`: never a tuple IN, which MariaDB 10.11 answers with a full scan. */
export function keyEquals(table: JobTable, key: StoredKey): Fragment {
  return all(table.key.map((name, i) => sql`${column(table, name)} = ${value(key[i] ?? null)}`));
}

export function keyAmong(table: JobTable, keys: readonly StoredKey[]): Fragment {
  return any(keys.map((key) => keyEquals(table, key)));
}

export const column = (table: JobTable, name: string): Fragment => raw(table.connection.dialect.quoteIdentifier(name));

export const reference = (table: JobTable): Fragment => raw(table.connection.dialect.tableReference(table.jobs.name));

/** `target row exists` for the job row named by `alias`. */
export function resultExists(table: JobTable, alias: string): Fragment {
  const { dialect } = table.connection;
  const matches = table.key.map((name) => `result.${dialect.quoteIdentifier(name)} = ${alias}.${dialect.quoteIdentifier(name)}`);
  return raw(`EXISTS (SELECT 1 FROM ${dialect.tableReference(table.target.name)} AS result WHERE ${matches.join(' AND ')})`);
}

/** `the time in this column lies more than so many seconds back`, by the server's clock. */
export function older(table: JobTable, name: string, seconds: number): Fragment {
  const { dialect } = table.connection;
  return sql`${column(table, name)} < ${{ sql: dialect.addSeconds(dialect.now(3), '?'), values: [-seconds] }}`;
}

/** How many keys one statement may name. */
export function keysPerStatement(table: JobTable): number {
  return Math.max(1, Math.min(500, Math.floor((table.connection.dialect.maxParameters - 50) / table.key.length)));
}

/** The assignments that make a job pending again, with nothing left of who had it. */
export function pendingAgain(table: JobTable): Fragment {
  const assignments: [string, Fragment][] = [
    ['status', raw("'pending'")],
    ['reserved_time', raw('NULL')],
    ['completed_time', raw('NULL')],
    ['duration', raw('NULL')],
    ['error_message', value('')],
    ['error_stack', raw('NULL')],
    ['user', value('')],
    ['host', value('')],
    ['pid', value(0)],
    ['connection_id', value(0)],
    ['version', value('')],
  ];
  return concat(
    assignments.map(([name, assigned]) => sql`${column(table, name)} = ${assigned}`),
    ', ',
  );
}
