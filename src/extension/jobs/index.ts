export { chosenJobs, isTreeNode } from './chosen';
export { type ChosenJobs, clear, ignore, retry } from './jobs';
