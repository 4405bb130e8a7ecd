export { chosenPython, debugpyFolder } from './interpreter';
export { knownPackages, packagesOf } from './packages';
