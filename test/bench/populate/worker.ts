// A worker process: opens the database of DJW_BENCH_ORDER, says ready, waits for a line, populates, reports.
import { once } from 'node:events';
import type * as engine from '../../../src/engine';
import type { WorkOrder, WorkReport } from './order';
import { benchTables } from './tables';

async function main(): Promise<void> {
  const order = JSON.parse(process.env['DJW_BENCH_ORDER'] ?? '') as WorkOrder;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that the build has made
  const dj = require(order.engine) as typeof engine;
  const database = await dj.openDatabase(order.spec, { program: 'bench' });
  const reserveMs: number[] = [];
  let empty = 0;
  const transaction = database.transaction.bind(database);
  const timed: engine.Database['transaction'] = async (work, options) => {
    if (options?.readCommitted !== true) return (await transaction(work, options));
    const began = performance.now();
    const result: unknown = await transaction(work, options);
    reserveMs.push(performance.now() - began);
    if (Array.isArray(result) && result.length === 0) empty += 1;
    return result as never;
  };
  // On the object itself: a wrapper around the whole database would slow every statement down.
  Object.assign(database, { transaction: timed });
  const connection = new dj.Connection(database);
  const { Result } = benchTables(dj, dj.schema(order.schema, { connection }), order.milliseconds);
  await Result.count();
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const enough = new AbortController();
  const began = performance.now();
  setTimeout(() => enough.abort(), order.seconds * 1000).unref();
  const { successCount, errorList } = await Result.populate({
    reserveJobs: true,
    concurrency: order.concurrency,
    refresh: false,
    suppressErrors: true,
    enough: enough.signal,
  });
  const seconds = (performance.now() - began) / 1000;
  const taken = errorList.filter(([, message]) => String(message).includes('was taken away')).length;
  const report: WorkReport = {
    made: successCount,
    seconds,
    reserveMs,
    errors: errorList.length - taken,
    lost: taken + Math.max(0, empty - 1),
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
