/** What a populate and its worker processes tell each other: plain values, which travel by structured clone. */
import type { Key } from '../../algebra';
import type { JobChoice, SchemaTicket, Ticket, Wanted } from '../../jobs';
import type { JobSettings } from '../../settings';
import type { WireThrown } from './wireThrown';

/** One populate, as each of its worker processes is told of it. */
export interface WorkOrder {
  /** The number of the worker, from 1. */
  readonly worker: number;
  readonly schema: string;
  /** The class name. */
  readonly label: string;
  /** `Database.id`: a process that has opened another database must not work. */
  readonly database: string;
  /** Where the keys come from: handed out by the populate, or reserved from the queue by the worker itself. */
  readonly keys:
    | { readonly from: 'populate' }
    | ({ readonly from: 'queue' } & JobChoice)
    | { readonly from: 'schema'; readonly waiting: readonly Wanted[] };
  /** How many workers there are. */
  readonly workers: number;
  readonly concurrency: number;
  readonly suppressErrors: boolean;
  readonly makeKwargs: Readonly<Record<string, unknown>>;
  /** The settings of the program that populates, which it may have changed. */
  readonly settings: JobSettings;
}

export type ToWorker =
  | { readonly type: 'order'; readonly order: WorkOrder }
  /** The answer to `want`: how many keys may be made; which, where they come from the populate. Nothing: none is left. */
  | { readonly type: 'grant'; readonly count: number; readonly keys: readonly Key[] }
  /** Begin no further key. */
  | { readonly type: 'finish' }
  | { readonly type: 'stop'; readonly reason: WireThrown };

export type FromWorker =
  | { readonly type: 'want'; readonly count: number }
  /** Of what was granted, this has not been made and will not be. */
  | { readonly type: 'unused'; readonly count: number; readonly keys: readonly Key[] }
  | { readonly type: 'begin'; readonly key: Key; readonly reservation?: Ticket | SchemaTicket }
  | { readonly type: 'end'; readonly key: Key; readonly outcome: WireOutcome }
  /** The order has been carried out, or what went wrong beside the makes. */
  | { readonly type: 'done'; readonly problem: WireThrown | null };

export type WireOutcome =
  | { readonly type: 'done' | 'skipped' | 'there'; readonly seconds: number }
  | {
      readonly type: 'error';
      readonly seconds: number;
      readonly message: string;
      readonly stack: string;
      readonly lost: boolean;
      readonly thrown: WireThrown;
    };

/** A worker process as the process that started it sees it. */
export interface WorkerProcess {
  send(message: ToWorker): void;
  /** Called for every message from now on; null: for none. */
  listen(listener: ((message: FromWorker) => void) | null): void;
  /** How it ended, in words: `SIGKILL`, `exit code 3`. */
  readonly ended: Promise<string>;
  /** Its process id. */
  readonly pid: number;
  /** Ends it at once. */
  kill(): void;
  /** Nothing more is asked of it: it may be given the next order, or end. */
  release(): void;
}

/** Starts a worker process in which the table's class will be found, or takes one that has nothing to do. */
export type WorkerLauncher = (table: { readonly schema: string; readonly label: string }, worker: number) => Promise<WorkerProcess>;
