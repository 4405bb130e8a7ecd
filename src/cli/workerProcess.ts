/** A worker process of `populate({ processes })`: loads the pipeline, then does what it is told until it is let go. */
import {
  claimStray,
  DataJointError,
  disconnect,
  Interruption,
  loadForWorker,
  messageOf,
  readDeclarations,
  registeredTables,
  serveOrders,
  type FindTable,
  type ToWorker,
} from '../engine';
import { loadPipeline, runFile } from '../pipeline';
import { useDatabase } from './database';
import { isPopulated } from './populatedTable';
import { writeError } from './terminal';
import type { FromProcess, WorkerStart } from './workerMessages';

/** A make() that does not come back must not keep the process when the populate is gone. */
const graceMs = 5000;

/** @param text `WorkerStart` as JSON */
export function serve(text: string): void {
  const { file, isProgram, database } = JSON.parse(text) as WorkerStart;
  const stop = new AbortController();
  // A terminal interrupts all of its processes: the one that started this one says what to do.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const die = (thrown: unknown): void => {
    writeError(messageOf(thrown));
    process.exit(1);
  };
  process.on('unhandledRejection', (thrown) => {
    if (!claimStray(thrown, 'rejection')) die(thrown);
  });
  process.on('uncaughtException', (thrown) => {
    if (!claimStray(thrown, 'exception')) die(thrown);
  });
  const start = async (): Promise<void> => {
    await useDatabase({ cwd: process.cwd(), database: database ?? undefined }, 'djw worker');
    if (isProgram) await readDeclarations(() => runFile(file));
    else await loadForWorker(file, () => loadPipeline(file));
    const { idle } = serveOrders({ send: tell, listen }, findTable, stop.signal);
    const leave = (): void => {
      stop.abort(new Interruption('SystemExit'));
      setTimeout(() => process.exit(143), graceMs).unref();
      void idle()
        .then(disconnect)
        .finally(() => process.exit());
    };
    process.on('SIGTERM', leave);
    process.on('disconnect', leave);
    if (process.connected) tell({ type: 'ready' });
    else leave();
  };
  start().catch((thrown: unknown) => {
    const code = thrown instanceof DataJointError ? thrown.code : 'pipeline';
    tell({ type: 'refused', code, message: messageOf(thrown) });
    process.disconnect();
    void disconnect().finally(() => process.exit(2));
  });
}

function tell(message: FromProcess): void {
  // Nobody is left to be told when the channel is closed.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function listen(listener: (message: ToWorker) => void): void {
  process.on('message', (message) => listener(message as ToWorker));
}

const findTable: FindTable = (schema, label) => {
  const found = registeredTables().find((each) => each.name.schema === schema && each.label === label)?.table;
  if (found === undefined || !isPopulated(found)) {
    throw new DataJointError('pipeline', `The worker process found no table ${schema}.${label} to populate in the pipeline file: declare it there before anything else uses the database.`);
  }
  return found;
};
