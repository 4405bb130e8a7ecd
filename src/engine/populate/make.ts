import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Key } from '../algebra';
import type { Connection, Transaction } from '../database';
import { DataJointError } from '../errors';
import { makeContext, type TableBinding } from '../tables';
import { makerElsewhere } from './makeElsewhere';
import type { MakeScope } from './makeScope';
import { stopping } from './stop';

/** What a class may define to be populated. */
interface Maker {
  make?: (key: Key, makeKwargs: object) => unknown;
  /** The names of make() in the oldest pipelines (document 001). */
  makeTuples?: (key: Key, makeKwargs: object) => unknown;
  _make_tuples?: (key: Key, makeKwargs: object) => unknown;
  makeFetch?: (key: Key, makeKwargs: object) => unknown;
  makeCompute?: (key: Key, fetched: unknown) => unknown;
  makeInsert?: (key: Key, fetched: unknown, computed: unknown) => unknown;
}

export interface MakeCall {
  readonly scope: MakeScope;
  readonly connection: Connection;
  readonly makeKwargs: Readonly<Record<string, unknown>>;
  /** Runs last in the transaction that inserts: the fence. */
  readonly finish: (transaction: Transaction) => Promise<void>;
  /** Rejects when the work must stop. */
  readonly stopped: Promise<never>;
}

/**
 * Calls make() for one key. A plain make() runs in one transaction, which takes no write lock before its first write
 * is needed; with three parts, fetching and computing stay outside, and a second fetch inside must give the same.
 * Source: document 002; datajoint-python 2.3.2, `AutoPopulate._populate1`.
 * @throws what make() threw, or DataJointError `make_missing`, `reservation_lost`, `integrity` for changed inputs,
 * `not_allowed` for what make() has left undone
 */
export async function callMake(call: MakeCall): Promise<void> {
  const { scope } = call;
  await makeContext.run(scope, async () => {
    const maker = makerOf(scope.target);
    const { makeFetch, makeCompute, makeInsert } = maker;
    const plain = maker.make ?? maker.makeTuples ?? maker._make_tuples;
    const key = () => ({ ...scope.key });
    if (plain !== undefined) {
      await transact(call, async () => await plain.call(maker, key(), call.makeKwargs));
    } else if (makeFetch !== undefined && makeCompute !== undefined && makeInsert !== undefined) {
      const fetch = async () => await makeFetch.call(maker, key(), call.makeKwargs);
      const [fetched, computed] = await whileConnected(call, async () => {
        const inputs = await fetch();
        return [inputs, await makeCompute.call(maker, key(), inputs)];
      });
      await transact(call, async () => {
        const again = await fetch();
        if (!isDeepStrictEqual(again, fetched)) {
          throw new DataJointError('integrity', `The inputs of ${scope.target.label} changed while it was computing, so the result was not kept. Populate again.`);
        }
        return await makeInsert.call(maker, key(), again, computed);
      });
    } else {
      throw new DataJointError('make_missing', `${scope.target.label} has no make(key): write one, or all of makeFetch, makeCompute and makeInsert.`);
    }
  });
}

async function transact(call: MakeCall, work: () => Promise<unknown>): Promise<void> {
  const { scope } = call;
  await call.connection.transaction(
    async (transaction) => {
      await whileConnected(call, async () => {
        const returned = await work();
        scope.assertNothingPending();
        assertNoGenerator(returned, scope.target.label);
      });
      // Only now does Node tell of promises that were rejected with nobody looking.
      await nextTurn();
      scope.close();
      await call.finish(transaction);
    },
    { deferWrites: true },
  );
}

/**
 * Does the work unless it must stop, or the session ends that its job names: work that only computes would not notice.
 * Its promise is abandoned then; what it still throws must not end the process.
 */
async function whileConnected<T>({ connection, scope, stopped }: MakeCall, work: () => Promise<T>): Promise<T> {
  const { connectionEnd } = connection.database;
  // One that has ended already is opened again by whatever needs it next.
  const session = stopping(connectionEnd.aborted ? null : connectionEnd);
  const working = work();
  working.catch(() => undefined);
  try {
    return await Promise.race([working, stopped, scope.broken, session.promise]);
  } finally {
    session.release();
  }
}

function assertNoGenerator(returned: unknown, label: string): void {
  if (typeof returned !== 'object' || returned === null || !('next' in returned) || typeof returned.next !== 'function') return;
  throw new DataJointError('make_missing', `make() of ${label} is a generator and was not run: write async make(key), or makeFetch, makeCompute and makeInsert.`);
}

function makerOf(binding: TableBinding): Maker {
  return new binding.table();
}

/** True when the class can be populated. */
export function hasMake(binding: TableBinding): boolean {
  const { prototype } = binding.table;
  if (makerElsewhere(binding) !== null) return true;
  const has = (name: string): boolean => name in prototype;
  return ['make', 'makeTuples', '_make_tuples'].some(has) || ['makeFetch', 'makeCompute', 'makeInsert'].every(has);
}
