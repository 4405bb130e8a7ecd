/**
 * The engine's own tables in the embedded file. They keep what SQLite's catalogue cannot: declared types, comments,
 * lineage, codecs, schemas without tables, and who is connected. Their names have no dot, so no table of a schema can
 * have the same. JSON columns hold the parts of a `TableSpec` as they are.
 */

/** `PRAGMA user_version` of a file with these tables. */
export const LAYOUT_VERSION = 1;

export const SYSTEM_TABLES: readonly string[] = [
  'CREATE TABLE datajoint_schemas (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID',
  `CREATE TABLE datajoint_tables (
    schema_name TEXT NOT NULL,
    table_name TEXT NOT NULL,
    comment TEXT NOT NULL,
    foreign_keys TEXT NOT NULL,
    indexes TEXT NOT NULL,
    PRIMARY KEY (schema_name, table_name)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE datajoint_attributes (
    schema_name TEXT NOT NULL,
    table_name TEXT NOT NULL,
    ordinal INT NOT NULL,
    name TEXT NOT NULL,
    declared_type TEXT NOT NULL,
    column_type TEXT NOT NULL,
    codec TEXT,
    in_key INT NOT NULL,
    nullable INT NOT NULL,
    auto_increment INT NOT NULL,
    default_value TEXT,
    comment TEXT NOT NULL,
    lineage TEXT,
    PRIMARY KEY (schema_name, table_name, ordinal)
  ) STRICT, WITHOUT ROWID`,
  // AUTOINCREMENT: the id of a session that ended is never given to another.
  `CREATE TABLE datajoint_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pid INT NOT NULL,
    host TEXT NOT NULL,
    user TEXT NOT NULL,
    program TEXT NOT NULL,
    since INT NOT NULL,
    info TEXT
  ) STRICT`,
];

/**
 * Names of what stands in the place of a table and is none: views and virtual tables, which no program of DataJoint makes in a
 * file. Reading one runs its query, which may have no end, and SQLite offers no way to interrupt it here.
 */
export const NO_TABLES = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND ifnull(rootpage, 0) = 0";

/** How many of the system tables are tables. */
export const COUNT_SYSTEM_TABLES = `SELECT count(*) AS found FROM sqlite_schema
  WHERE name IN ('datajoint_schemas', 'datajoint_tables', 'datajoint_attributes', 'datajoint_sessions') AND type = 'table' AND rootpage > 0`;
