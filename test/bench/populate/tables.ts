import type * as engine from '../../../src/engine';

/** Source and Result: a make that fetches one value and inserts one row, and takes as long as it is told to. */
export function benchTables(dj: typeof engine, schema: engine.Schema, milliseconds = 0) {
  class Source extends dj.Manual {
    static override readonly definition = `
      k : int32
      ---
      value : float64
    `;
  }
  class Result extends dj.Computed {
    static override readonly definition = `
      -> Source
      ---
      value : float64
    `;

    async make(key: engine.Key) {
      const value = await Source.restrict(key).fetch1('value');
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await this.insert1({ ...key, value: value * 2 });
    }
  }
  schema(Source);
  schema(Result);
  return { Source, Result };
}
