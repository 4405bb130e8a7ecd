import type * as dj from '../../../src/engine';
import type { Executor, Transaction } from '../../../src/engine/database';

export interface Counts {
  /** Statements, without BEGIN, COMMIT and ROLLBACK. */
  statements: number;
  /** Transactions that were committed. */
  commits: number;
}

/** A database that counts what it is asked for. */
export function countedDatabase(database: dj.Database): { database: dj.Database; counts: Counts } {
  const counts: Counts = { statements: 0, commits: 0 };
  const counting = <T extends Executor>(executor: T, others: Partial<T> = {}): T =>
    new Proxy(executor, {
      get: (target, name) => {
        if (name in others) return others[name as keyof T];
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const counts_ = name === 'all' || name === 'iterate' || name === 'run' || name === 'write';
        return (...args: unknown[]): unknown => {
          if (counts_) counts.statements += 1;
          return Reflect.apply(member, target, args);
        };
      },
    });
  const transaction: dj.Database['transaction'] = async (work, options) => {
    const result = await database.transaction((open: Transaction) => work(counting(open)), options);
    counts.commits += 1;
    return result;
  };
  return { database: counting(database, { transaction }), counts };
}
