export * from './connection';
export * from './contract';
export * from './expression';
export * from './model';
export * from './open';
export { rowBytes } from './size';
export * from './spec';
