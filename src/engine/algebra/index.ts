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
export { type Expression, sourcesOf, type TableSource } from './expression';
export { all, any, concat, type Fragment, raw, sql, value } from './fragment';
export { Heading, type HeadingAttribute } from './heading';
export { type FetchOptions, type JoinOptions, type Key, prepare, Query, restricted, type Row } from './query';
export { U, UniversalSet } from './universal';
