/**
 * Entry of the worker thread: runs the same driver as in the main thread and answers each request when it is done.
 * Bundled as `dist/sqliteThread.js`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { InlineDriver } from './inlineDriver';
import { packError, type Reply, type Request, type WorkerOptions } from './wire';

const driver = new InlineDriver(workerData as WorkerOptions);

parentPort?.on('message', ({ id, method, args }: Request) => {
  let reply: Reply;
  try {
    const call = driver[method] as (...args: readonly unknown[]) => unknown;
    reply = { id, result: call.apply(driver, [...args]) };
  } catch (thrown) {
    reply = { id, error: packError(thrown) };
  }
  parentPort?.postMessage(reply);
});
