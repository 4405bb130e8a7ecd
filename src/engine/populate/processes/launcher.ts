import { DataJointError } from '../../errors';
import type { WorkerLauncher } from './protocol';

let launcher: WorkerLauncher | null = null;

/** Sets how `processes` starts worker processes. The engine cannot: it does not know the files that declare the tables. */
export function setWorkerLauncher(launch: WorkerLauncher | null): void {
  launcher = launch;
}

/** @throws DataJointError `usage` in a program that cannot start any */
export function workerLauncher(): WorkerLauncher {
  if (launcher !== null) return launcher;
  throw new DataJointError('usage', 'populate({ processes }) needs djw: run the file with djw run, or djw populate TABLE --processes N.');
}

let loading: string | null = null;

/** Loads a pipeline in a worker process, where it must declare tables and not populate them. */
export async function loadForWorker<T>(file: string, load: () => Promise<T>): Promise<T> {
  loading = file;
  try {
    return await load();
  } finally {
    loading = null;
  }
}

/** @throws DataJointError `not_allowed` while a worker process loads the pipeline that called it into being */
export function assertMayPopulate(label: string): void {
  if (loading === null) return;
  throw new DataJointError('not_allowed', `${loading} populates ${label} as soon as it is loaded, so worker processes cannot load it: declare the tables in a file of their own.`);
}
