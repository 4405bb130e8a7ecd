/** The Python processes of one folder: as many as are needed at once, each used again and again, for all of its tables. */
import { PythonEnded } from './errors';
import { endedProblem } from './problems';
import type { PythonReport } from './wire';
import { type PythonClass, PythonWorker, type WorkerOptions } from './worker';

export class PythonPool {
  private readonly idle: PythonWorker[] = [];
  private readonly busy = new Set<PythonWorker>();
  private closed = false;

  constructor(private readonly options: WorkerOptions) {}

  /**
   * Runs `work` on a process that has loaded the class, of which nothing else makes use meanwhile. One that ended or was
   * interrupted is replaced when the next is needed.
   * @throws DataJointError `pipeline` that says why the class cannot be loaded; what `work` throws
   */
  async use<T>(pythonClass: PythonClass, work: (worker: PythonWorker, report: PythonReport) => Promise<T>): Promise<T> {
    const { worker, report } = await this.withClass(pythonClass);
    try {
      return await work(worker, report);
    } finally {
      this.release(worker);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.idle.splice(0), ...this.busy].map((worker) => worker.close()));
  }

  private async withClass(pythonClass: PythonClass): Promise<{ worker: PythonWorker; report: PythonReport }> {
    let worker: PythonWorker | null = null;
    try {
      worker = this.take() ?? (await PythonWorker.start(this.options));
      this.busy.add(worker);
      return { worker, report: await worker.load(pythonClass) };
    } catch (error) {
      if (worker !== null) this.release(worker);
      throw error instanceof PythonEnded ? endedProblem(error, pythonClass, this.options.interpreter) : error;
    }
  }

  private release(worker: PythonWorker): void {
    this.busy.delete(worker);
    if (this.closed || !worker.alive) void worker.close();
    else this.idle.push(worker);
  }

  private take(): PythonWorker | undefined {
    for (let worker = this.idle.pop(); worker !== undefined; worker = this.idle.pop()) if (worker.alive) return worker;
    return undefined;
  }
}
