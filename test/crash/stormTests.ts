import { it } from 'node:test';
import { isFurtherServer } from '../harness/serverKind';
import { describeEngine } from '../integration/engine/describeEngine';
import { storm } from './storm';

const KILLS = isFurtherServer ? 20 : 50;
const SEED = 20_261_122;

/** The short form of `npm run crash`, always with the same kills; `npm run crash` has another seed each time. */
export const storms = describeEngine('storms of kills', (engine) => {
  for (const layout of ['table', 'schema'] as const) {
    it(`lose nothing, ${layout} queue`, async (test) => {
      const { connection, spec } = engine;
      test.diagnostic(await storm({ connection, spec, name: `storm_${layout}`, layout }, { kills: KILLS, seed: SEED }));
    });
  }
});
