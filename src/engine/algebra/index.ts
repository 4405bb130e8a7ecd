export { type Block, columnOf, fromClause, isSealed, selectStatement, whereClause } from './block';
export { Compiler } from './compile';
export {
  and,
  AndCondition,
  type Condition,
  conditionTree,
  EXPRESSION,
  isQueryable,
  not,
  NotCondition,
  type Queryable,
  top,
  TopCondition,
} from './condition';
export { type ConditionTree, type Expression, sourcesOf, type TableSource } from './expression';
export { all, any, concat, type Fragment, raw, sql, value } from './fragment';
export { Heading, type HeadingAttribute } from './heading';
export type { Key, Row } from '../definition';
export type { FetchOptions } from './fetchOptions';
export { prepare, Query } from './query';
export { excluded, type JoinOptions, restricted } from './restricted';
export type {
  AggrArgument,
  AggrSecondary,
  Columns,
  ExtendSecondary,
  JoinKey,
  JoinSecondary,
  KeyIn,
  Name,
  Names,
  ProjArgument,
  ProjKey,
  ProjSecondary,
  RowIn,
  SecondaryIn,
  UnionSecondary,
  Value,
  Values,
} from './resultTypes';
export { U, UniversalSet } from './universal';
