import { schema as tablesOf, type Schema as TableSchema, type SchemaOptions } from '../tables';
import { SchemaJobs } from './schemaWide';

/** A schema with its schema-wide job queue. */
export interface Schema extends TableSchema {
  /** The `~jobs` table of datajoint-python up to 0.14, made on first use. Tables that have a queue of their own do not use it. */
  readonly jobs: SchemaJobs;
}

/**
 * A schema by its name in the database.
 * Source: datajoint-python 2.3.2, `schemas.Schema`; for `jobs` 0.14.9 and document 003.
 * @throws DataJointError `usage` for a name that is not letters, digits, underscores and hyphens, or over 64 characters.
 */
export function schema(schemaName: string, options: SchemaOptions = {}): Schema {
  const tables = tablesOf(schemaName, options);
  return Object.assign(tables, { jobs: SchemaJobs.of(schemaName, () => tables.connection()) });
}
