/** The Python processes of one table: as many as are needed at once, each used again and again. */
import type { PythonWorker } from './worker';

export class PythonPool {
  private readonly idle: PythonWorker[] = [];
  private readonly busy = new Set<PythonWorker>();
  private closed = false;

  constructor(
    first: PythonWorker,
    private readonly start: () => Promise<PythonWorker>,
  ) {
    this.idle.push(first);
  }

  /** Runs `work` on a worker of its own. One that ended or was interrupted is replaced when the next is needed. */
  async use<T>(work: (worker: PythonWorker) => Promise<T>): Promise<T> {
    const worker = this.take() ?? (await this.start());
    this.busy.add(worker);
    try {
      return await work(worker);
    } finally {
      this.busy.delete(worker);
      if (this.closed || !worker.alive) void worker.close();
      else this.idle.push(worker);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.idle.splice(0), ...this.busy].map((worker) => worker.close()));
  }

  private take(): PythonWorker | undefined {
    for (let worker = this.idle.pop(); worker !== undefined; worker = this.idle.pop()) if (worker.alive) return worker;
    return undefined;
  }
}
