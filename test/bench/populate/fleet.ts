import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { ENGINE } from '../builtEngine';
import { quantile } from '../measure';
import type { WorkOrder, WorkReport } from './order';

/** What several workers have done side by side. */
export interface FleetReport {
  readonly made: number;
  readonly jobsPerSecond: number;
  /** The smallest share of a worker divided by the largest. */
  readonly fairness: number;
  readonly reserveP50: number;
  readonly reserveP99: number;
  /** Of all jobs made. */
  readonly lostShare: number;
  readonly errors: number;
  /** The largest worker's. */
  readonly peakMiB: number;
}

let program: string | null = null;

function builtProgram(): string {
  if (program !== null) return program;
  const folder = join(__dirname, '../../artifacts/bench');
  mkdirSync(folder, { recursive: true });
  program = join(folder, 'worker.js');
  buildSync({ entryPoints: [join(__dirname, 'worker.ts')], outfile: program, bundle: true, platform: 'node', format: 'cjs', target: 'node22', keepNames: true, logLevel: 'warning' });
  return program;
}

/** Starts so many workers, lets them go at the same moment, and waits until all have ended. */
export async function fleet(workers: number, order: Omit<WorkOrder, 'engine'>): Promise<FleetReport> {
  const all = Array.from({ length: workers }, () => start({ ...order, engine: ENGINE }));
  for (const worker of all) await worker.line();
  const began = performance.now();
  for (const worker of all) worker.go();
  const reports = await Promise.all(all.map(async (worker) => JSON.parse(await worker.line()) as WorkReport));
  const seconds = (performance.now() - began) / 1000;
  const made = reports.reduce((sum, report) => sum + report.made, 0);
  const shares = reports.map((report) => report.made);
  const reserveMs = reports.flatMap((report) => report.reserveMs);
  return {
    made,
    jobsPerSecond: made / seconds,
    fairness: Math.min(...shares) / Math.max(...shares),
    reserveP50: quantile(reserveMs, 0.5),
    reserveP99: quantile(reserveMs, 0.99),
    lostShare: reports.reduce((sum, { lost }) => sum + lost, 0) / made,
    errors: reports.reduce((sum, { errors }) => sum + errors, 0),
    peakMiB: Math.max(...reports.map(({ peakMiB }) => peakMiB)),
  };
}

/** A worker process. Its first line says that it is ready, its second is its report. */
export function start(order: WorkOrder) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', builtProgram()], {
    env: { ...process.env, DJW_BENCH_ORDER: JSON.stringify(order) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async (): Promise<string> => {
      const next = await lines.next();
      if (next.done === true) throw new Error('a worker ended without a report');
      return next.value;
    },
    go: () => void child.stdin.end('go\n'),
    /** Ends it with SIGKILL, and waits for that. */
    kill: async (): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
