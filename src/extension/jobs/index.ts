export { chosenJobs, isTreeNode } from './chosen';
export { freeJobs, stopWorker } from './workers';
export { type ChosenJobs, clear, ignore, retry } from './jobs';
