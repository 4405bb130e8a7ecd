/**
 * Random inputs for what reads text and bytes from outside. In `npm test` few and always the same; `npm run fuzz` tries many.
 * DJW_FUZZ_TIMES multiplies the usual number, DJW_FUZZ_SEED begins elsewhere. A failure prints the seed and the smallest input.
 */
import { test } from 'node:test';
import fc from 'fast-check';
import { DataJointError } from '../../src/engine/errors';

const times = Number(process.env['DJW_FUZZ_TIMES'] ?? 1);
const seed = Number(process.env['DJW_FUZZ_SEED'] ?? 11);

/**
 * A test with random inputs.
 * @param usual how many inputs `npm test` tries
 * @param check throws for an input that is read wrongly
 */
export function fuzz<T>(title: string, arbitrary: fc.Arbitrary<T>, usual: number, check: (input: T) => void): void {
  test(`${title} (${String(usual * times)} inputs, seed ${String(seed)})`, () => {
    fc.assert(fc.property(arbitrary, check), { seed, numRuns: usual * times, endOnFailure: times > 1 });
  });
}

/** Runs a reader that may refuse its input, in one sentence of the engine, and in no other way. */
export function refusesOrReads(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DataJointError)) throw error;
    if (error.message === '' || error.message.includes('\n')) throw new Error(`no sentence: ${JSON.stringify(error.message)}`, { cause: error });
  }
}

/** Text that is made of the pieces of a language, in any order, with noise between them. */
export const textOf = (...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 }).map((parts) => parts.join(''));

/** Bytes that are nearly those of `seeds`: some changed, some cut off, some put in. */
export const nearly = (seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'cut', 'put', 'large')), { minLength: 1, maxLength: 6 }),
    )
    .map(([bytes, changes]) => {
      let changed = Buffer.from(bytes);
      for (const [place, value, how] of changes) {
        const at = changed.length === 0 ? 0 : place % changed.length;
        if (how === 'set') changed[at] = value;
        else if (how === 'cut') changed = changed.subarray(0, at);
        else if (how === 'put') changed = Buffer.concat([changed.subarray(0, at), Buffer.from([value]), changed.subarray(at)]);
        // A count or a size of 64 bits that is far too large.
        else changed.fill(0xff, at, Math.min(changed.length, at + 8));
      }
      return new Uint8Array(changed);
    });
