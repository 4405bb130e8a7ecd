export { FailureMarks } from './failures';
export { MakeLenses } from './lenses';
