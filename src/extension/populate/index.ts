export { type Handover, handOver } from './handOver';
export type { Variables } from './handoverNames';
export { populateArguments } from './options';
export { Populator, type PopulateTarget, requireTrust, runBlocked, type Runnable, runnable } from './populate';
export { debugpyFolder } from './python';
export { djwScript, nodeArguments, nodeVariables } from './task';
