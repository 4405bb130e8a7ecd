export { AutoPopulated, Computed, Imported } from './autoPopulated';
export { type KeySourceSql, type TableElsewhere, tableElsewhere } from './elsewhere';
export type { Made, MakeElsewhere, MakeElsewhereCall } from './makeElsewhere';
export { type ProgressDisplay, setProgressDisplay } from './display';
export { failureMessage, failureStack, Interruption } from './failure';
export type { PopulateEvent, PopulateOptions, PopulateResult } from './options';
export {
  type FindTable,
  type FromWorker,
  loadForWorker,
  serveOrders,
  setWorkerLauncher,
  type ToWorker,
  type WorkerChannel,
  type WorkerLauncher,
  type WorkerProcess,
} from './processes';
export { setStopSignal } from './stop';
export { claimStray } from './watch';
