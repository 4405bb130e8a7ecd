export { Populator, requireTrust, runBlocked } from './populate';
