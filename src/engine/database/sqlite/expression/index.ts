export { registerFunctions } from './registered';
export { expression } from './translate';
export { comparable } from './compare';
