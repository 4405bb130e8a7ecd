export { classesOf, requireClass, type SourceClass, SourceClasses, type TableLinks } from './classes';
export { excerpt } from './excerpt';
export { changedSince, failedPlace, type Place, revealFailure } from './failedPlace';
export { changedAt, framesHere, readText, stackContext } from './local';
export { reveal } from './reveal';
export { terminalLinks } from './terminalLinks';
