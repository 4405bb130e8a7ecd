export { type DebuggedKey, debugKey, pickKey } from './debugKey';
