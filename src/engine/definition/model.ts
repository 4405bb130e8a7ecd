import type { ColumnType, DefaultValue } from '../database';

/** `name : type`. `line` counts from 1 within the definition. */
export interface AttributeLine {
  readonly kind: 'attribute';
  readonly line: number;
  readonly inKey: boolean;
  readonly name: string;
  readonly declaredType: string;
  readonly column: ColumnType;
  readonly codec: string | null;
  readonly default: DefaultValue | null;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
  readonly comment: string;
}

/** `-> Parent`. */
export interface ReferenceLine {
  readonly kind: 'reference';
  readonly line: number;
  readonly inKey: boolean;
  readonly nullable: boolean;
  readonly unique: boolean;
  /** As written: `Parent`, `qualifier.Parent`, `Master.Part` or `master`. */
  readonly target: string;
  /** New name to the parent's name; null when there is no `.proj(…)`. */
  readonly projection: { readonly renames: Readonly<Record<string, string>> } | null;
}

/** `index (a, b)`. */
export interface IndexLine {
  readonly kind: 'index';
  readonly line: number;
  readonly unique: boolean;
  /** Attribute names, or expressions in parentheses. */
  readonly attributes: readonly string[];
}

export type DefinitionLine = AttributeLine | ReferenceLine | IndexLine;

export interface ParsedDefinition {
  /** The table as its author calls it, for messages. */
  readonly tableName: string;
  /** The definition's text, for messages. */
  readonly text: string;
  readonly comment: string;
  readonly lines: readonly DefinitionLine[];
  /** Types that are a server's own, with the portable type to use instead. */
  readonly warnings: readonly string[];
}

/** A type as a definition writes it. */
export interface ParsedType {
  /** In canonical spelling, without `auto_increment`. */
  readonly declaredType: string;
  readonly column: ColumnType;
  readonly codec: string | null;
  readonly autoIncrement: boolean;
  /** For a server's own type: the portable one to use instead, in words. */
  readonly warning: string | null;
}
