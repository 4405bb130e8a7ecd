import { setTimeout as pause } from 'node:timers/promises';
import * as dj from '../../../src/engine';

/** The tables that worker processes populate. `onMake` is told of each key as its make begins. */
export function workTables(schema: dj.Schema, onMake: (key: number) => Promise<void> | void, milliseconds = 0) {
  class Source extends dj.Manual {
    static override readonly definition = `
      k : int32
    `;
  }
  class Result extends dj.Computed {
    static override readonly definition = `
      -> Source
      ---
      pid : int32
    `;
    static readonly Item = class Item extends dj.Part {
      static override readonly definition = `
        -> master
        item : int32
      `;
    };

    async make(key: dj.Key) {
      await onMake(Number(key['k']));
      if (milliseconds > 0) await pause(milliseconds);
      await this.insert1({ ...key, pid: process.pid });
      await Result.Item.insert([{ ...key, item: 0 }, { ...key, item: 1 }]);
    }
  }
  schema(Source);
  schema(Result);
  return { Source, Result };
}
