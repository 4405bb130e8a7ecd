export { AutoPopulated, Computed, Imported } from './autoPopulated';
export { type ProgressDisplay, setProgressDisplay } from './display';
export { failureMessage, failureStack, Interruption } from './failure';
export type { PopulateEvent, PopulateOptions, PopulateResult } from './options';
export { setStopSignal } from './stop';
export { claimStray } from './watch';
