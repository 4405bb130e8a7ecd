import type { Connection, TableName, TableSpec } from '../database';

/** A table that a query reads. Its heading may have to be fetched, or the table declared, before the query can run. */
export interface TableSource {
  /** For messages: the class name, or `schema.table`. */
  readonly label: string;
  /** Where in the database; known before it is declared. */
  readonly name: TableName;
  /** The table as the database has it, once `prepare` has run. */
  readonly spec: TableSpec | null;
  /** The connection that it lives on, once `prepare` has run. */
  readonly connection: Connection | null;
  /** The SELECT that gives the rows, for a source that is no table of the database. */
  readonly statement?: string;
  /** What such a statement gives beside the attributes of `spec`: computed attributes, whose types nobody needs. */
  readonly computed?: readonly string[];
  /** Declares the table if need be and reads its heading. Cheap when that has happened. */
  prepare(): Promise<TableSpec>;
}

/** A query as a tree. Immutable; nothing is checked before the headings are known, when it is compiled. */
export type Expression =
  | { readonly op: 'table'; readonly source: TableSource }
  | { readonly op: 'restrict'; readonly input: Expression; readonly condition: ConditionTree; readonly semanticCheck: boolean }
  | { readonly op: 'join'; readonly left: Expression; readonly right: Expression; readonly outer: boolean; readonly semanticCheck: boolean }
  | { readonly op: 'project'; readonly input: Expression; readonly projection: Projection }
  | {
      readonly op: 'aggregate';
      /** What the groups are: an expression, or the attribute names of a `dj.U`. */
      readonly by: Expression | readonly string[];
      readonly group: Expression;
      readonly keepAllRows: boolean;
      readonly projection: Projection;
    }
  | { readonly op: 'union'; readonly left: Expression; readonly right: Expression; readonly semanticCheck: boolean }
  /** Every distinct combination of the named attributes: a restricted `dj.U`. */
  | { readonly op: 'distinct'; readonly input: Expression; readonly attributes: readonly string[] }
  | { readonly op: 'top'; readonly input: Expression; readonly top: Top };

/** `proj` arguments: `attributes` are names, `-name` to leave out, `...` for all; `named` renames or computes. */
export interface Projection {
  readonly attributes: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

export interface Top {
  readonly limit: number | null;
  /** `attribute`, `attribute DESC`, `KEY`, `KEY DESC`. Null: keep the order that there is, else the primary key's. */
  readonly orderBy: readonly string[] | null;
  readonly offset: number;
  /**
   * True: part of the rows that there are, however these were limited. False, as `Top.merge` of datajoint-python has it:
   * after a limit of the same order the smaller limit counts, and offsets add up.
   */
  readonly isWindow: boolean;
}

/** A restriction, after the many ways of writing one have been told apart. */
export type ConditionTree =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'sql'; readonly text: string }
  | { readonly kind: 'equal'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'all' | 'any'; readonly conditions: readonly ConditionTree[] }
  | { readonly kind: 'not'; readonly condition: ConditionTree }
  | { readonly kind: 'in'; readonly expression: Expression };

/** Every table that the expression reads, each once. */
export function sourcesOf(expression: Expression, found = new Set<TableSource>()): Set<TableSource> {
  switch (expression.op) {
    case 'table':
      found.add(expression.source);
      break;
    case 'restrict':
      sourcesOf(expression.input, found);
      sourcesOfCondition(expression.condition, found);
      break;
    case 'join':
    case 'union':
      sourcesOf(expression.left, found);
      sourcesOf(expression.right, found);
      break;
    case 'aggregate':
      if ('op' in expression.by) sourcesOf(expression.by, found);
      sourcesOf(expression.group, found);
      break;
    case 'project':
    case 'distinct':
    case 'top':
      sourcesOf(expression.input, found);
  }
  return found;
}

function sourcesOfCondition(condition: ConditionTree, found: Set<TableSource>): void {
  if (condition.kind === 'in') sourcesOf(condition.expression, found);
  else if (condition.kind === 'not') sourcesOfCondition(condition.condition, found);
  else if (condition.kind === 'all' || condition.kind === 'any') {
    for (const each of condition.conditions) sourcesOfCondition(each, found);
  }
}
