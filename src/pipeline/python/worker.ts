/** A long-lived Python process that loads table classes, and makes one key after the other. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Attribute, DataJointError, DuplicateError, Interruption, LostConnectionError, type Made, type MakeElsewhereCall, type SqlRow, type Statement, type Transaction } from '../../engine';
import { Bridge, type BridgeOptions } from './bridge';
import { makeError, PythonEnded, PythonError } from './errors';
import { hangProblem, loadProblem } from './problems';
import { readMade, readNative, readReport } from './replies';
import { type NativeResult, type PythonReport, pythonSql, type WireError, wireKey, type WireReply, wireSql } from './wire';

/** Which class, and the files that declare and activate it. */
export interface PythonClass {
  /** Absolute paths, imported in this order. */
  readonly files: readonly string[];
  /** `Peaks`. */
  readonly className: string;
  /** Null: whatever schema has taken the class. */
  readonly schemaName: string | null;
}

export interface WorkerOptions extends BridgeOptions {
  /** How long the files may take to be imported; Infinity when a person may be looking at every line. */
  readonly importTimeoutMs?: number;
}

const defaultImportTimeoutMs = 120_000;
/** How long an interrupted make() may take to let go: the prompt should be back within a second. */
const letGoMs = 800;

export class PythonWorker {
  private usable = true;
  private readonly loaded = new Map<string, PythonReport>();

  private constructor(
    private readonly bridge: Bridge,
    private readonly options: WorkerOptions,
  ) {}

  /** @throws PythonEnded */
  static async start(options: WorkerOptions): Promise<PythonWorker> {
    return new PythonWorker(await Bridge.start(options), options);
  }

  /**
   * Imports the files of a class, once. A file that cannot be imported leaves the others usable.
   * @throws DataJointError `pipeline` that says why the class cannot be loaded, with a PythonError as cause; PythonEnded
   */
  async load(pythonClass: PythonClass): Promise<PythonReport> {
    const { interpreter, folder, importTimeoutMs = defaultImportTimeoutMs } = this.options;
    const { files, className, schemaName } = pythonClass;
    const name = JSON.stringify([files, className, schemaName]);
    const known = this.loaded.get(name);
    if (known !== undefined) return known;
    this.bridge.send({ do: 'load', folder, files, class_name: className, schema: schemaName });
    const reply = await answered(this.bridge, importTimeoutMs, pythonClass);
    const report = 'ok' in reply ? readReport(reply.ok) : null;
    if (report === null) throw loadProblem(errorOf(reply), pythonClass, interpreter);
    this.loaded.set(name, report);
    return report;
  }

  /** False once it has ended, or was interrupted: then it makes no more keys. */
  get alive(): boolean {
    return this.usable && this.bridge.alive;
  }

  /** Holds a lock of that name on the database session of a table while `work` runs. */
  async marked<T>({ number: table }: PythonReport, name: string, work: () => Promise<T>): Promise<T> {
    await this.ask({ do: 'mark', table, name });
    try {
      return await work();
    } finally {
      await this.ask({ do: 'unmark', table, name });
    }
  }

  /**
   * Calls make() for one key, see `MakeElsewhere`.
   * @param attributes those of the table, which give the key's values their Python types
   * @throws PythonError, PythonEnded, what `finish` threw, and the reason of a stop when Python did not let go in time
   */
  async make(report: PythonReport, call: MakeElsewhereCall, attributes: readonly Attribute[]): Promise<Made> {
    this.bridge.send({ do: 'make', table: report.number, key: wireKey(call.key, attributes), kwargs: JSON.stringify(call.makeKwargs), asks: call.finish !== null });
    let refusal: Error | null = null;
    for (;;) {
      const reply = await this.nextUnless(call.stopped);
      if ('ask' in reply) {
        refusal = await this.finish(report, call);
        continue;
      }
      if (refusal !== null) throw refusal;
      const made = 'ok' in reply ? readMade(reply.ok) : null;
      if (made !== null) return made;
      const error = errorOf(reply);
      call.onPrinted((error.printed ?? '').toWellFormed());
      throw failureOf(error);
    }
  }

  /** datajoint-python's own populate(). @param options its keyword arguments, as JSON */
  async populate({ number: table }: PythonReport, restrictions: readonly unknown[], options: string, stopped: Promise<never>): Promise<NativeResult> {
    this.bridge.send({ do: 'populate', table, restrictions, options });
    const reply = await this.nextUnless(stopped);
    const result = 'ok' in reply ? readNative(reply.ok) : null;
    if (result !== null) return result;
    throw failureOf(errorOf(reply));
  }

  async close(): Promise<void> {
    this.usable = false;
    await this.bridge.close();
  }

  private async ask(request: object): Promise<unknown> {
    this.bridge.send(request);
    const reply = await this.bridge.next();
    if ('ok' in reply) return reply.ok;
    throw failureOf(errorOf(reply));
  }

  /** Python has made its rows and waits. @returns why they are not wanted, or null */
  private async finish({ connection }: PythonReport, { finish }: MakeElsewhereCall): Promise<Error | null> {
    try {
      await finish?.(new RemoteTransaction(this.bridge, connection.id));
      this.bridge.send({ end: 'commit' });
      return null;
    } catch (error) {
      this.bridge.send({ end: 'rollback' });
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private async nextUnless(stopped: Promise<never>): Promise<WireReply> {
    const reply = this.bridge.next();
    reply.catch(() => undefined);
    try {
      return await Promise.race([reply, stopped]);
    } catch (error) {
      if (error instanceof PythonEnded) throw error;
      this.usable = false;
      const last = await this.interrupted(reply, error);
      void this.close();
      // A person's interruption is told with the place where it met make().
      if (error instanceof Interruption && last !== null && 'error' in last) return last;
      throw error;
    }
  }

  /** Interrupts make() and waits a moment for it to say where it was; else ends Python. */
  private async interrupted(reply: Promise<WireReply>, why: unknown): Promise<WireReply | null> {
    this.bridge.interrupt(why instanceof Interruption ? why.reason : 'KeyboardInterrupt');
    const patience = new AbortController();
    const last = await Promise.race([reply.catch(() => null), pause(letGoMs, null, { signal: patience.signal }).catch(() => null)]);
    patience.abort();
    if (last === null) this.bridge.kill();
    return last;
  }
}

/** The answer to an import, which may take so long and no longer. */
async function answered(bridge: Bridge, timeoutMs: number, pythonClass: PythonClass): Promise<WireReply> {
  const reply = bridge.next();
  reply.catch(() => undefined);
  const patience = new AbortController();
  const late = timeoutMs === Infinity ? new Promise<never>(() => undefined) : pause(timeoutMs, null, { signal: patience.signal }).catch(() => null);
  const first = await Promise.race([reply, late]).finally(() => patience.abort());
  if (first !== null) return first;
  // Interrupted, it says where it was.
  bridge.interrupt('KeyboardInterrupt');
  const last = await Promise.race([reply.catch(() => null), pause(letGoMs, null)]);
  bridge.kill();
  throw hangProblem(last !== null && 'error' in last ? last.error : null, pythonClass, timeoutMs);
}

function errorOf(reply: WireReply): WireError {
  return 'error' in reply ? reply.error : { stage: 'make', message: `Python gave an answer that does not fit: ${JSON.stringify(reply)}` };
}

/** The error of a make(), under the name that the engine knows it by. */
function failureOf(wire: WireError): Error {
  const error = makeError(wire);
  if (!(error instanceof PythonError)) return error;
  if (wire.lost === true) return new LostConnectionError(error.message, { cause: error });
  if (wire.duplicate !== true) return error;
  const duplicate = new DuplicateError(error.message);
  duplicate.stack = error.stack ?? '';
  return duplicate;
}

/** The transaction of the Python process, for the statements that end it. */
class RemoteTransaction implements Transaction {
  constructor(
    private readonly bridge: Bridge,
    readonly connectionId: number,
  ) {}

  async run({ sql, values }: Statement): Promise<{ changes: number }> {
    this.bridge.send({ sql: pythonSql(sql), values: values.map(wireSql) });
    const reply = await this.bridge.next();
    if ('changes' in reply) return { changes: reply.changes };
    throw failureOf('failed' in reply ? reply.failed : errorOf(reply));
  }

  async write(statement: Statement): Promise<void> {
    await this.run(statement);
  }

  all(): Promise<SqlRow[]> {
    return Promise.reject(cannotRead());
  }

  iterate(): AsyncIterable<SqlRow> {
    throw cannotRead();
  }
}

const cannotRead = (): DataJointError => new DataJointError('not_allowed', 'The transaction of a Python make() is only written to from here.');
