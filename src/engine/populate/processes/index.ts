export { assertMayPopulate, loadForWorker, setWorkerLauncher, workerLauncher } from './launcher';
export { populateInProcesses } from './populateInProcesses';
export type { FromWorker, ToWorker, WorkerLauncher, WorkerProcess, WorkOrder } from './protocol';
export { type FindTable, serveOrders, type WorkerChannel } from './serve';
