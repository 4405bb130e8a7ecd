export * from './contract';
export { createOverview } from './overview';
export { failureSignature } from './signature';
