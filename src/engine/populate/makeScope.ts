import type { Key } from '../algebra';
import { encodeValue, formatKey } from '../codecs';
import type { SqlValue } from '../database';
import { DataJointError } from '../errors';
import { type MakeContext, makeContext, type TableBinding } from '../tables';
import type { Ancestry } from './ancestry';
import { failureMessage } from './failure';
import { PrintedLines } from './printed';

/** One make() call while it runs, and what comes of it after it has ended. Found again through `currentMake`. */
export class MakeScope implements MakeContext {
  readonly printed = new PrintedLines();
  /** Rejects when something that make() started and did not await goes wrong. */
  readonly broken: Promise<never>;
  #reason: Error | null = null;
  /** True once a row has gone into the target or one of its parts. */
  inserted = false;
  /** True once a row of another key has gone in, which make() may insert when it says so. */
  enteredOthers = false;
  #break: (reason: Error) => void = () => undefined;
  #state: 'running' | 'failed' | 'ended' = 'running';
  #pendingInserts = 0;
  #ownKey: ReadonlyMap<string, SqlValue> | null = null;

  constructor(
    readonly target: TableBinding,
    readonly ancestry: Ancestry,
    readonly key: Key,
  ) {
    this.broken = new Promise<never>((_, reject) => {
      this.#break = (reason) => {
        this.#reason ??= reason;
        reject(reason);
      };
    });
    this.broken.catch(() => undefined);
  }

  noteRow(table: TableBinding, row: ReadonlyMap<string, SqlValue>, anyKey: boolean): void {
    this.inserted = true;
    if (anyKey && this.enteredOthers) return;
    this.#ownKey ??= storedKey(this.target, this.key);
    for (const [name, wanted] of this.#ownKey) {
      const given = row.get(name);
      if (given === undefined || isSame(given, wanted) || (table !== this.target && !isInherited(table, name))) continue;
      if (anyKey) {
        this.enteredOthers = true;
        return;
      }
      throw new DataJointError(
        'not_allowed',
        `${this.target.label}.make() was called for ${formatKey(this.key)} and inserts a row of ${table.label} with ${formatKey({ [name]: given })}: insert rows of its own key only.`,
      );
    }
  }

  async insert(work: () => Promise<void>): Promise<void> {
    this.#pendingInserts += 1;
    try {
      await work();
    } finally {
      this.#pendingInserts -= 1;
    }
  }

  /** Called when make() has returned. @throws DataJointError `not_allowed` when an insert is still under way. */
  assertNothingPending(): void {
    if (this.#pendingInserts === 0) return;
    throw new DataJointError(
      'not_allowed',
      `${this.target.label}.make() returned before its insert had ended: write await before every insert.`,
    );
  }

  /** An error that came out of make() beside its own promise: it is the job's while that runs, else only told. */
  stray(thrown: unknown, how: string): void {
    const sentence = `${this.target.label}.make() ${how}: ${failureMessage(thrown)}`;
    if (this.#state === 'running') {
      this.#break(new DataJointError('not_allowed', `${sentence.replace(/\.$/, '')}.`, { cause: thrown }));
    } else if (this.#state === 'ended') {
      process.emitWarning(`${sentence} (after the job of ${formatKey(this.key)} had ended).`, 'DataJointWarning');
    }
    // What a failed make has left behind fails for the same reason, or because its transaction is gone.
  }

  /** Makes the job fail with this error, whatever make() does. */
  fail(reason: DataJointError): void {
    if (this.#state === 'running') this.#break(reason);
  }

  /**
   * Called before the result is committed: from now on, what make() has left behind is no matter of its job any more.
   * @throws what `broken` has been rejected with
   */
  close(): void {
    if (this.#reason !== null) throw this.#reason;
    this.#state = 'ended';
  }

  /** Called when the job has failed. */
  abandon(): void {
    this.#state = 'failed';
  }
}

/** The make() call that the running code belongs to. */
export function currentMake(): MakeScope | null {
  const context = makeContext.getStore();
  return context instanceof MakeScope ? context : null;
}

/** The attributes of a key that rows of the table must have too. */
function storedKey(target: TableBinding, key: Key): ReadonlyMap<string, SqlValue> {
  const stored = new Map<string, SqlValue>();
  for (const attribute of target.spec?.attributes ?? []) {
    const value = key[attribute.name];
    if (attribute.inKey && value !== undefined && value !== null) stored.set(attribute.name, encodeValue(attribute, value, target.label));
  }
  return stored;
}

const isInherited = (part: TableBinding, name: string): boolean =>
  part.spec?.attributes.some((attribute) => attribute.inKey && attribute.name === name) ?? false;

/** As a database compares: servers take texts for equal that differ in case, in accents or in spaces at the end. */
function isSame(a: SqlValue, b: SqlValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || collator.compare(a.trimEnd(), b.trimEnd()) === 0;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return String(a) === String(b);
}

const collator = new Intl.Collator('en', { sensitivity: 'base' });
