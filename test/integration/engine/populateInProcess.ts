// Runs as a process of its own: opens the database of DJW_WORK_ORDER, says ready, waits for a line, populates.
import { once } from 'node:events';
import * as dj from '../../../src/engine';
import { passGate } from '../../harness/gate';
import { workTables } from './workTables';
import type { WorkerMessage, WorkOrder } from './workers';

const say = (message: WorkerMessage): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

async function main(): Promise<void> {
  const order = JSON.parse(process.env['DJW_WORK_ORDER'] ?? '') as WorkOrder;
  const connection = new dj.Connection(await dj.openDatabase(order.spec, { program: 'test worker' }));
  let made = 0;
  const { Result } = workTables(
    dj.schema(order.schema, { connection }),
    async (key) => {
      made += 1;
      say({ type: 'making', key });
      if (order.gate !== undefined && made === 1) await passGate(order.gate);
      if (key === order.hangAt) await new Promise(() => undefined);
    },
    order.milliseconds,
  );
  await Result.count();
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new dj.Interruption('KeyboardInterrupt')));
  process.once('SIGTERM', () => controller.abort(new dj.Interruption('SystemExit')));
  say({ type: 'ready', pid: process.pid });
  // A worker whose test has ended without it ends as well.
  process.stdin.once('end', () => process.exit(1));
  await once(process.stdin, 'data');
  const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true, signal: controller.signal });
  say({ type: 'done', made, successCount, errors: errorList });
  await connection.close();
  process.stdin.destroy();
}

main().catch((error: unknown) => {
  say({ type: 'failed', message: dj.failureMessage(error) });
  process.exit(1);
});
