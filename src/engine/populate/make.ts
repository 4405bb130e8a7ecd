import { isDeepStrictEqual } from 'node:util';
import type { Key } from '../algebra';
import type { Connection, Transaction } from '../database';
import { DataJointError } from '../errors';
import { type MakeContext, makeContext, type TableBinding } from '../tables';

/** What a class may define to be populated. */
interface Maker {
  make?: (key: Key, makeKwargs: object) => unknown;
  makeTuples?: (key: Key, makeKwargs: object) => unknown;
  makeFetch?: (key: Key, makeKwargs: object) => unknown;
  makeCompute?: (key: Key, fetched: unknown) => unknown;
  makeInsert?: (key: Key, fetched: unknown, computed: unknown) => unknown;
}

export interface MakeCall {
  readonly binding: TableBinding;
  readonly connection: Connection;
  readonly key: Key;
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
 * @returns whether make() inserted anything
 * @throws what make() threw, or DataJointError `make_missing`, `reservation_lost`, `integrity` for changed inputs
 */
export async function callMake(call: MakeCall): Promise<boolean> {
  const context: MakeContext = { target: call.binding, inserted: false };
  await makeContext.run(context, async () => {
    const maker = makerOf(call.binding);
    const { makeFetch, makeCompute, makeInsert } = maker;
    const plain = maker.make ?? maker.makeTuples;
    if (plain !== undefined) {
      await transact(call, async () => {
        await plain.call(maker, { ...call.key }, call.makeKwargs);
      });
    } else if (makeFetch !== undefined && makeCompute !== undefined && makeInsert !== undefined) {
      const fetch = async () => await makeFetch.call(maker, { ...call.key }, call.makeKwargs);
      const fetched = await Promise.race([fetch(), call.stopped]);
      const computed = await Promise.race([makeCompute.call(maker, { ...call.key }, fetched), call.stopped]);
      await transact(call, async () => {
        const again = await fetch();
        if (!isDeepStrictEqual(again, fetched)) {
          throw new DataJointError('integrity', `The inputs of ${call.binding.label} changed while it was computing, so the result was not kept. Populate again.`);
        }
        await makeInsert.call(maker, { ...call.key }, again, computed);
      });
    } else {
      throw new DataJointError('make_missing', `${call.binding.label} has no make(key): write one, or all of makeFetch, makeCompute and makeInsert.`);
    }
  });
  return context.inserted;
}

async function transact(call: MakeCall, work: () => Promise<void>): Promise<void> {
  await call.connection.transaction(
    async (transaction) => {
      const working = work();
      // When the work is stopped its promise is abandoned; what it still throws must not end the process.
      working.catch(() => undefined);
      await Promise.race([working, call.stopped]);
      await call.finish(transaction);
    },
    { deferWrites: true },
  );
}

function makerOf(binding: TableBinding): Maker {
  return new binding.table();
}

/** True when the class can be populated. */
export function hasMake(binding: TableBinding): boolean {
  const { prototype } = binding.table;
  return 'make' in prototype || 'makeTuples' in prototype || ['makeFetch', 'makeCompute', 'makeInsert'].every((name) => name in prototype);
}
