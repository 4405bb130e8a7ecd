export { Populator, type PopulateTarget, requireTrust, runBlocked } from './populate';
