export { classesOf, requireClass, type SourceClass, SourceClasses } from './classes';
export { excerpt } from './excerpt';
export { localFile } from './localFile';
export { failedPlace, type Place } from './makeFrame';
export { reveal } from './reveal';
export { terminalLinks } from './terminalLinks';
