import type * as dj from '../../../src/engine';
import type { Executor, TransactionOptions } from '../../../src/engine/database';
import type { Step } from './order';

type Kind = 'reserve' | 'refresh' | 'commit' | 'error';

/**
 * A database that calls `at` at the steps of a job's life, which it knows by the statements: so the engine needs nothing
 * for tests in it.
 */
export function steppedDatabase(database: dj.Database, at: (step: Step) => Promise<void>): dj.Database {
  const around = async <T>(kind: Kind, work: () => Promise<T>): Promise<T> => {
    const result = await work();
    await at(`after ${kind}`);
    return result;
  };
  const transaction = async <T>(work: (open: dj.Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> => {
    let kind: Kind | null = options?.deferWrites === true ? 'commit' : null;
    const seen = (statement: dj.Statement): void => {
      kind ??= kindOf(statement);
    };
    const result = await database.transaction(async (open) => {
      const made = await work(overridden(open, { run: (statement) => (seen(statement), open.run(statement)) }));
      if (kind !== null) await at(`before ${kind}`);
      return made;
    }, options);
    if (kind !== null) await at(`after ${kind}`);
    return result;
  };
  const run: Executor['run'] = async (statement) => {
    if (kindOf(statement) !== 'error') return await database.run(statement);
    await at('before error');
    return await around('error', () => database.run(statement));
  };
  return overridden(database, { transaction, run });
}

function kindOf({ sql, values }: dj.Statement): Kind | null {
  if (/^UPDATE .* = 'error'/s.test(sql)) return 'error';
  if (/^UPDATE .* = 'reserved', /s.test(sql) || (/^INSERT .*~jobs/s.test(sql) && values.includes('reserved'))) return 'reserve';
  return /^INSERT .*~~.* SELECT /s.test(sql) ? 'refresh' : null;
}

/** The object with some members replaced; the others work on the object itself, whose fields may be private. */
export function overridden<T extends object>(target: T, others: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (name in others) return others[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (...args: unknown[]): unknown => Reflect.apply(member, target, args) : member;
    },
  });
}
