export { compareSpecs } from './compare';
export { describeTable, type Spelling } from './describe';
export { sameType } from './equal';
export type {
  AttributeLine,
  DefinitionLine,
  IndexLine,
  ParsedDefinition,
  ParsedType,
  ReferenceLine,
} from './model';
export { assertQueueHasName, classNameOf, jobsTableOf, masterOf, tableNameOf, tierOf, type Tier } from './naming';
export { isOldStoredType } from './oldTypes';
export { parseDefinition } from './parse';
export { nearest } from './problem';
export { resolveDefinition } from './resolve';
export type {
  InsertRowOf,
  Key,
  KeyOf,
  References,
  Row,
  RowOf,
  SecondaryOf,
  Simplify,
  TypedTable,
  UpdateRowOf,
} from './rowTypes';
export { TIER } from './tier';
export { formatType, parseType } from './types';
