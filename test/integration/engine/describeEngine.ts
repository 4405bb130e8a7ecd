import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import * as dj from '../../../src/engine';

/** A database that was opened for tests: empty, and gone after `cleanup`. */
export interface Opened {
  readonly connection: dj.Connection;
  /** How another process opens the same database. */
  readonly spec: dj.ConnectionSpec;
  cleanup(): Promise<void>;
}

export type OpenDatabase = () => Promise<Opened>;

/** What the tests of one area work with. Usable inside tests, not while they are being described. */
export interface Engine {
  readonly connection: dj.Connection;
  readonly spec: dj.ConnectionSpec;
  /** A schema that no other test uses. */
  schema(): dj.Schema;
}

/** One area of the conformance suite: its tests on one database. */
export type Area = (name: string, open: OpenDatabase) => void;

/**
 * Describes an area of the engine's behaviour. Every database must pass the same tests: `open` gives one that is empty.
 */
export function describeEngine(area: string, tests: (engine: Engine) => void): Area {
  return (name, open) => {
    describe(`${area}, on ${name}`, () => {
      let opened: Opened | null = null;
      let schemas = 0;
      const now = (): Opened => {
        if (opened === null) throw new Error('the database is open only while a test runs');
        return opened;
      };
      before(async () => {
        opened = await open();
      });
      after(async () => {
        await opened?.cleanup();
      });
      tests({
        get connection() {
          return now().connection;
        },
        get spec() {
          return now().spec;
        },
        schema: () => dj.schema(`${area.replace(/[^a-z]+/g, '_')}_${(schemas += 1)}`, { connection: now().connection }),
      });
    });
  };
}

/**
 * Asserts that `work` is refused with a DataJointError of this code, in a sentence that a person can read and that
 * says each of `says`.
 */
export async function refused(code: dj.ErrorCode, work: () => unknown, ...says: (string | RegExp)[]): Promise<dj.DataJointError> {
  let thrown: unknown = null;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  assert.notEqual(thrown, null, `nothing was thrown, but ${code} was due`);
  if (!(thrown instanceof dj.DataJointError)) throw thrown;
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, /^\S.*[.!?)]$/s, 'not a sentence');
  assert.doesNotMatch(thrown.message, /SQLITE|SELECT |INSERT |DELETE |undefined|\[object/, 'not for a person');
  for (const each of says) {
    if (typeof each === 'string') assert.ok(thrown.message.includes(each), `“${thrown.message}” does not say “${each}”`);
    else assert.match(thrown.message, each);
  }
  return thrown;
}

/** A Manual table of a definition that is not known at compile time. */
export function manual(schema: dj.Schema, name: string, definition: string): typeof dj.Manual {
  return takenIn(schema, tableClass(name, definition, dj.Manual));
}

/** A Computed table without make(), likewise. */
export function computed(schema: dj.Schema, name: string, definition: string): typeof dj.Computed {
  return takenIn(schema, tableClass(name, definition, dj.Computed));
}

function takenIn<T extends typeof dj.Manual | typeof dj.Computed>(schema: dj.Schema, table: T): T {
  schema(table as never);
  return table;
}

/** A table class that no schema has taken in yet. */
export function tableClass<T extends typeof dj.Manual | typeof dj.Computed | typeof dj.Part>(name: string, definition: string, Base: T): T {
  const Made = class extends (Base as typeof dj.Manual) {
    static override readonly definition: string = definition;
  };
  Object.defineProperty(Made, 'name', { value: name });
  return Made as unknown as T;
}

/** Rows in an order of their own, to compare them as sets. */
export function sorted<T>(rows: readonly T[]): T[] {
  const text = (row: T): string => JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
