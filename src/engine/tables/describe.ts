import { type Connection, type ReadOptions, type TableName, type TableSpec, wholeTable } from '../database';
import { describeTable, type Spelling } from '../definition';
import { addressOf } from './graph';
import { nameInReference } from './reference';

export interface StoredDescription extends ReadOptions {
  /** How a reference names a table; by default as `nameInReference` of the table's schema. */
  readonly nameOf?: (name: TableName) => string;
  /** How types are spelled; see `describeTable`. */
  readonly spelling?: Spelling;
}

/**
 * The definition of a table that the database has.
 * @throws DataJointError `corrupt` for a damaged table
 */
export async function describeStored(connection: Connection, spec: TableSpec, { nameOf, spelling, ...options }: StoredDescription = {}): Promise<string> {
  const parents = await connection.catalog.tablesNamed(
    spec.foreignKeys.map(({ parent }) => parent),
    options,
  );
  const parent = (name: TableName) => parents.find((each) => each !== null && addressOf(each.name) === addressOf(name)) ?? null;
  return describeTable(wholeTable(spec), parent, nameOf ?? ((name) => nameInReference(name, spec.name.schema)), spelling);
}
