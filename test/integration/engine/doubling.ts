import * as dj from '../../../src/engine';
import { type Engine, manual } from './describeEngine';

/** A source with `n` rows and a table that doubles them; it fails for 3 and inserts nothing for 4. */
export async function doubling(engine: Engine, n: number) {
  const schema = engine.schema();
  const Source = manual(schema, 'Source', 'k : int32\n---\nv : int32');
  const made: number[] = [];
  class Double extends dj.Computed {
    static override readonly definition: string = '-> Source\n---\ntwice : int32';
    async make(key: dj.Key) {
      made.push(Number(key['k']));
      const v = Number(await Source.restrict(key).fetch1('v'));
      if (v === 3) throw new RangeError('three is too many');
      if (v !== 4) await this.insert1({ ...key, twice: 2 * v });
    }
  }
  schema(Double);
  await Source.insert(Array.from({ length: n }, (_, k) => [k, k]));
  return { schema, Source, Double, made };
}
