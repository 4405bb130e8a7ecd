export * from './connection';
export * from './contract';
export { createTable } from './createTable';
export * from './expression';
export * from './model';
export * from './open';
export * from './retry';
export { rowBytes } from './size';
export * from './spec';
