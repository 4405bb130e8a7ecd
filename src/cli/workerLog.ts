/** What `djw worker` writes: a line for each key, for people or for programs. */
import { hostname } from 'node:os';
import { formatKey, type PopulateEvent } from '../engine';
import type { StackContext } from '../pipeline';
import { placeText } from './ownCode';
import type { Terminal } from './terminal';
import { jsonText, plural, stamp } from './words';

export interface LogOptions {
  readonly json: boolean;
  readonly cwd: string;
}

export class WorkerLog {
  computed = 0;
  skipped = 0;
  errors = 0;
  /** Keys that were made, or failed: what `--max-calls` counts. */
  calls = 0;
  private resting = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: LogOptions,
  ) {}

  began(tables: readonly string[]): void {
    this.say({ event: 'start', pid: process.pid, host: hostname(), tables }, `worker ${process.pid} on ${hostname()}: ${tables.join(', ')}`);
  }

  /** A key has ended. @param table `schema.Class` */
  follow(table: string, event: PopulateEvent, stackContext: StackContext): void {
    if (event.type === 'start' || event.type === 'end') return;
    this.resting = false;
    this.calls += 1;
    if (event.type === 'done') this.computed += 1;
    else if (event.type === 'skipped') this.skipped += 1;
    else this.errors += 1;
    const { type, key, seconds, worker, error } = event;
    const place = error === undefined ? '' : placeText(error.stack, stackContext, this.options.cwd);
    const who = `${table}${worker === undefined ? '' : `  [${worker}]`}  ${formatKey(key)}`;
    const took = `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
    const { red, dim } = this.terminal.paint;
    const text =
      error === undefined
        ? `${who}  ${type} ${dim(`in ${took}`)}`
        : `${red(`${who}  error`)} ${dim(`after ${took}`)}  ${error.message}${place === '' ? '' : `  ${dim(place)}`}`;
    this.say(
      {
        event: type,
        table,
        key,
        seconds: Number(seconds.toFixed(3)),
        ...(worker === undefined ? {} : { worker }),
        ...(error === undefined ? {} : { message: error.message, ...(place === '' ? {} : { place }) }),
      },
      text,
    );
  }

  /** Nothing is made of a table in this round. @param table `schema.Class` */
  passesOver(table: string, message: string): void {
    this.say({ event: 'passed over', table, message }, `${this.terminal.paint.red(`${table}  passed over`)}  ${message}`);
  }

  /** There is nothing to do; told once for as long as that lasts. */
  rests(seconds: number, why: string): void {
    if (!this.resting) this.say({ event: 'idle', seconds: Number(seconds.toFixed(1)), reason: why }, why);
    this.resting = true;
  }

  ended(reason: string): void {
    const { computed, skipped, errors } = this;
    this.say(
      { event: 'end', reason, computed, errors, skipped },
      `${reason}: ${computed} computed, ${plural(errors, 'error')}, ${skipped} skipped`,
    );
  }

  private say(fields: Readonly<Record<string, unknown>>, text: string): void {
    const now = new Date();
    if (this.options.json) this.terminal.line(jsonText({ time: now.toISOString(), ...fields }));
    else this.terminal.line(`${this.terminal.paint.dim(stamp(now))}  ${text}`);
  }
}
