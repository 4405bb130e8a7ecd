// A worker process: opens the database of DJW_CRASH_ORDER, says ready, waits for `go`, populates. See `order.ts`.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as dj from '../../../src/engine';
import { crashTables } from '../tables';
import type { Step, WorkerCommand, WorkerMessage, WorkOrder } from './order';
import { limitedDatabase } from './limitedDatabase';
import { steppedDatabase } from './steps';

// Written at once: the process may be killed with its next breath.
const say = (message: WorkerMessage): void => void writeSync(1, `${JSON.stringify(message)}\n`);

const heard: WorkerCommand[] = [];
let listener: (() => void) | null = null;

async function told(command: WorkerCommand): Promise<void> {
  while (!heard.includes(command)) await new Promise<void>((resolve) => (listener = resolve));
  heard.splice(heard.indexOf(command), 1);
}

async function main(): Promise<void> {
  const order = JSON.parse(process.env['DJW_CRASH_ORDER'] ?? '') as WorkOrder;
  const input = createInterface({ input: process.stdin }).on('line', (line) => {
    heard.push(line as WorkerCommand);
    listener?.();
  });
  let times = 0;
  let making: number | null = null;
  const halt = async (step: Step): Promise<void> => {
    say({ type: 'halted', step, key: making });
    await told('continue');
  };
  const at = async (step: Step): Promise<void> => {
    if (step !== order.halt?.step || (times += 1) !== order.halt.time) return;
    await halt(step);
  };
  const opened = limitedDatabase(await dj.openDatabase(order.spec, { program: 'crash worker' }), order.mostPages);
  const connection = new dj.Connection(steppedDatabase(opened, at));
  const { Result, ready } = crashTables(dj.schema(order.schema, { connection, jobs: order.layout }), {
    milliseconds: order.milliseconds,
    conflicts: order.conflicts,
    onMake: async (key) => {
      making = key;
      say({ type: 'making', key });
      await at('making');
      if (key === order.haltAtKey) await halt('making');
    },
  });
  await ready();
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new dj.Interruption('KeyboardInterrupt')));
  process.once('SIGTERM', () => controller.abort(new dj.Interruption('SystemExit')));
  say({ type: 'ready' });
  await told('go');
  const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true, signal: controller.signal });
  say({ type: 'done', successCount, errors: errorList.map(([key, message]) => [Number(key['k']), String(message)]) });
  await connection.close();
  input.close();
}

main().catch((error: unknown) => {
  say({ type: 'failed', message: dj.failureMessage(error) });
  process.exit(1);
});
