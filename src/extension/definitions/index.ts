export { createClass } from './createClass';
export { Definitions } from './definitions';
