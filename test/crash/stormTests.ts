import { it } from 'node:test';
import { describeEngine } from '../integration/engine/describeEngine';
import { storm } from './storm';

const KILLS = 50;

/** The short form of `npm run crash`: another seed each time, and the seed is told. */
export const storms = describeEngine('storms of kills', (engine) => {
  for (const layout of ['table', 'schema'] as const) {
    it(`lose nothing, ${layout} queue`, async (test) => {
      const { connection, spec } = engine;
      const seed = Math.floor(Math.random() * 2 ** 31);
      test.diagnostic(await storm({ connection, spec, name: `storm_${layout}`, layout }, { kills: KILLS, seed }));
    });
  }
});
