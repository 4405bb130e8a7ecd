/**
 * Entry of the worker thread: runs the same driver as in the main thread and answers each request when it is done.
 * Bundled as `dist/sqliteThread.js`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Driver } from './driver';
import { InlineDriver } from './inlineDriver';
import { packError, type Method, type Reply, type Request, type WorkerOptions } from './wire';

const driver: Driver = new InlineDriver(workerData as WorkerOptions);
/** The arguments of a request are those that ThreadDriver was given for the method. */
const calls = driver as unknown as Record<Method, (...args: readonly unknown[]) => unknown>;

parentPort?.on('message', ({ id, method, args }: Request) => {
  let reply: Reply;
  try {
    reply = { id, result: calls[method](...args) };
  } catch (thrown) {
    reply = { id, error: packError(thrown) };
  }
  parentPort?.postMessage(reply);
});
