/** Entry of the worker thread that reads sources: see `ThreadIndexer`. Bundled as `dist/indexThread.js`. */
import { parentPort, workerData } from 'node:worker_threads';
import { PipelineIndexer } from './indexer';
import type { IndexReply, IndexRequest, IndexThreadData } from './threadIndexer';

const { folder, places } = workerData as IndexThreadData;
const indexer = new PipelineIndexer(folder, places);
const running = new Map<number, AbortController>();

parentPort?.on('message', (request: IndexRequest) => {
  if (request.type === 'abort') {
    running.get(request.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(request.id, controller);
  const { signal } = controller;
  void indexer
    .all({ signal })
    .then(
      (index): IndexReply => ({ id: request.id, index }),
      (thrown: unknown): IndexReply => ({ id: request.id, error: thrown instanceof Error ? thrown : new Error(String(thrown)) }),
    )
    .then((reply) => {
      running.delete(request.id);
      parentPort?.postMessage(reply);
    });
});
