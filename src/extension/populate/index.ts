export type { Variables } from './handoverNames';
export { debugArguments } from './options';
export { Populator, type PopulateTarget, requireTrust, runBlocked, type Runnable, runnable } from './populate';
