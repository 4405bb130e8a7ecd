/**
 * The engine: what a pipeline file imports as `datajoint-workbench`.
 *
 *     import * as dj from 'datajoint-workbench';
 *     export const schema = dj.schema('tutorial');
 */
export { and, type Condition, EXPRESSION, type FetchOptions, type Key, not, Query, type Queryable, type Row, top, U } from './algebra';
export {
  Attachment,
  CalendarDate,
  ClockTime,
  type Codec,
  type CodecContext,
  Complex,
  Decimal,
  formatKey,
  formatValue,
  MatCell,
  MatStruct,
  MicrosecondDate,
  NdArray,
  pack,
  registerCodec,
  StoredObject,
  Tuple,
  unpack,
  Uuid,
} from './codecs';
export {
  Connection,
  type ConnectionSpec,
  type Database,
  type Liveness,
  openDatabase,
  type OpenOptions,
  type ReadOptions,
  type SessionInfo,
  type TableName,
} from './database';
export type { InsertRowOf, KeyOf, RowOf, UpdateRowOf } from './definition';
export * from './errors';
export {
  type JobAttributes,
  type JobProgress,
  JobQueue,
  type JobStatus,
  keyHash,
  type Refreshed,
  type RefreshOptions,
  schema,
  type Schema,
  type SchemaJobKey,
  type SchemaJobRow,
  SchemaJobs,
} from './jobs';
export {
  createOverview,
  failureSignature,
  type JobCounts,
  type JobDetail,
  type JobSummary,
  type NamedTable,
  type Overview,
  type Page,
  type SchemaSummary,
  type TableSummary,
  type Tier,
  type WorkerSummary,
} from './overview';
export {
  AutoPopulated,
  claimStray,
  Computed,
  failureMessage,
  Imported,
  Interruption,
  type PopulateEvent,
  type PopulateOptions,
  type PopulateResult,
  type ProgressDisplay,
  setProgressDisplay,
  setStopSignal,
} from './populate';
export { loadSettings, resolveConnection, type Settings, type SettingsSource } from './settings';
export {
  config,
  type Confirmation,
  connect,
  defaultConnection as connection,
  type DeletedRows,
  disconnect,
  freeTable,
  type InsertOptions,
  type InsertRow,
  type JobLayout,
  Lookup,
  Manual,
  Part,
  registeredTables,
  type Removal,
  type RemovalOptions,
  type SchemaOptions,
  setConfirmation,
  Table,
  type TableBinding,
  TableQuery,
  transaction,
} from './tables';
