export { bareName, type Column, compileSqlText } from './read';
