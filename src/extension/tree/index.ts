export { firstLine, groupBy, messageKind, seconds, workerLabel } from './describe';
export { ErrorsTree } from './errorsTree';
export { TreeItems } from './items';
export type { ClassNode, TreeNode } from './nodes';
export { PipelinesTree, sameName } from './pipelinesTree';
export { WorkersTree } from './workersTree';
