export { type ClassPlace, type NewClass, newClass, placeOf } from './newClass';
