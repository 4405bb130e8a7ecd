import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as dj from '../../src/engine';

export interface MakeBehaviour {
  readonly milliseconds: number;
  readonly conflicts: boolean;
  /** Told of each key as its make begins. */
  readonly onMake: (key: number) => Promise<void>;
}

/** Every so manieth key fails, so that errors are recorded too. */
export const fails = (key: number): boolean => key % 20 === 7;
const ITEMS = [0, 1];
const METERS = [0, 1];

/** The tables that worker processes populate: each make signs the master and its parts with the same name. */
export function crashTables(schema: dj.Schema, behaviour: MakeBehaviour) {
  class Source extends dj.Manual {
    static override readonly definition = `
      k : int32
    `;
  }
  class Meter extends dj.Manual {
    static override readonly definition = `
      meter : int32
      ---
      reading : int32
    `;
  }
  class Result extends dj.Computed {
    static override readonly definition = `
      -> Source
      ---
      run : uuid
    `;
    static readonly Item = class Item extends dj.Part {
      static override readonly definition = `
        -> master
        item : int32
        ---
        run : uuid
      `;
    };

    async make(key: dj.Key) {
      const k = Number(key['k']);
      const run = randomUUID();
      await behaviour.onMake(k);
      if (behaviour.milliseconds > 0) await pause(behaviour.milliseconds);
      if (fails(k)) throw new RangeError(`the key ${k} is one of those that fail`);
      await this.insert1({ ...key, run });
      await Result.Item.insert(ITEMS.map((item) => ({ ...key, item, run })));
      if (behaviour.conflicts) await readMeters(Math.random() < 0.5 ? METERS : METERS.toReversed());
    }
  }
  async function readMeters(order: readonly number[]): Promise<void> {
    for (const meter of order) {
      const reading = await Meter.restrict({ meter }).fetch1('reading');
      await Meter.update1({ meter, reading: reading + 1 });
    }
  }
  schema(Source);
  schema(Meter);
  schema(Result);
  return {
    Source,
    Meter,
    Result,
    /** Declares them all, so that no worker's kill falls into that. */
    ready: async (): Promise<void> => {
      await Result.count();
      await Result.Item.count();
      await Meter.count();
      if ((await Result.jobs.schemaWide()) === null) await Result.jobs.table();
    },
  };
}

export type CrashTables = ReturnType<typeof crashTables>;
export const itemsPerResult = ITEMS.length;
