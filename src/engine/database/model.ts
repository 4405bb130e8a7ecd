/**
 * What a table is, told without any database's dialect. Declaring turns this into a database's own terms; introspection
 * turns what a database holds back into this.
 */

import { DataJointError } from '../errors';

/** A table's address: the schema (a database on a server, a name prefix in the embedded file) and its SQL name. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** The type of a stored column, after codecs are resolved. */
export type ColumnType =
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 24 | 32 | 64; readonly unsigned: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | {
      readonly kind: 'decimal';
      readonly precision: number;
      readonly scale: number;
      /** A server's own: without negative numbers, and in the second case filled up with zeros where the server shows it. */
      readonly modifier?: 'unsigned' | 'unsigned zerofill';
    }
  | { readonly kind: 'bool' }
  | { readonly kind: 'char' | 'varchar'; readonly length: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'date' }
  /** `precision`: digits of the fractional second, 0 to 6. */
  | { readonly kind: 'datetime' | 'timestamp' | 'time'; readonly precision: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'json' }
  | { readonly kind: 'bytes' }
  /** A type of the server's own that DataJoint only passes through, in the server's spelling. */
  | { readonly kind: 'native'; readonly sql: string };

/** What a column holds when an insert does not name it. */
export type DefaultValue =
  | { readonly kind: 'null' }
  /** The value as the definition spells it, without quotes. */
  | { readonly kind: 'literal'; readonly text: string }
  /** The server's time at insert; `precision` as in the column's type. */
  | { readonly kind: 'now'; readonly precision: number }
  /** Computed at insert, in the database's own SQL without the parentheses around it; no definition can say this. */
  | { readonly kind: 'expression'; readonly sql: string };

export interface Attribute {
  readonly name: string;
  /** As the definition spells it: `int32`, `varchar(20)`, `<blob>`, `enum('a','b')`. */
  readonly declaredType: string;
  /** The server's own word, `int`, where nothing tells that the definition spelled it otherwise. */
  readonly serverType?: string;
  readonly column: ColumnType;
  /** The name of the codec (`blob` for `<blob>`), or null for a plain column. */
  readonly codec: string | null;
  readonly inKey: boolean;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
  /** Absent: a value must be given. */
  readonly default: DefaultValue | null;
  /** Without the `:type:` marker. */
  readonly comment: string;
  /** Where the attribute was first defined, `schema.table.attribute`; null for secondary attributes of no reference. */
  readonly lineage: string | null;
}

export interface ForeignKey {
  readonly parent: TableName;
  /** Pairs in the parent's primary key order. */
  readonly columns: readonly { readonly child: string; readonly parent: string }[];
}

export interface Index {
  readonly unique: boolean;
  /** Attribute names, or an expression in parentheses. */
  readonly attributes: readonly string[];
}

/**
 * How datajoint-python declares attributes of its own (`_singleton`, `_job_…`): from 2.3.4 on like every other attribute, as
 * the last of the table and with comments; before that by other means.
 */
export type HiddenForm = 'since 2.3.4' | 'before 2.3.4';

export interface TableSpec {
  readonly name: TableName;
  readonly comment: string;
  /** In declared order; primary key attributes first. Hidden attributes (leading underscore) are included. */
  readonly attributes: readonly Attribute[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  /** The sentence about an entry of the database's catalogue that makes no sense: then all but the name is unknown. */
  readonly damage?: string;
}

/** A table as a list of names has it. */
export interface ListedTable extends TableName {
  /** The sentence about what stands in the place of a table and is none: it must not be read. */
  readonly damage?: string;
}

/**
 * The table for those who work with it.
 * @throws DataJointError `corrupt` for one whose entry is damaged
 */
export function wholeTable(table: TableSpec): TableSpec {
  if (table.damage !== undefined) throw new DataJointError('corrupt', table.damage);
  return table;
}
