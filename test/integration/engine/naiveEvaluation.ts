import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import * as dj from '../../../src/engine';
import { describeEngine } from './describeEngine';
import { inWords } from './naive/expression';
import { steps } from './naive/generate';
import { data, declareLab, expressionsOf, fillLab } from './naive/lab';
import { queryOf } from './naive/query';
import { keyOf, type Relation, type Senseless, type Value } from './naive/relation';

const SEED = 20260131;
const RUNS = 2200;
const LEAST_EXPRESSIONS = 5000;

/** Rows as sorted text, whatever the order of rows and attributes. */
const canonical = (rows: readonly object[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row as Record<string, Value>).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

async function assertSame(query: dj.Query, relation: Relation, words: string): Promise<void> {
  const rows = await query.fetch().catch((error: unknown) => {
    throw new Error(`the engine refused ${words}`, { cause: error });
  });
  assert.deepEqual(canonical(rows), canonical(relation.rows), words);
  assert.equal(await query.count(), relation.rows.length, `count of ${words}`);
  const { primaryKey, names } = await query.heading();
  assert.deepEqual(primaryKey, keyOf(relation), `primary key of ${words}`);
  assert.deepEqual([...names].sort(), relation.attributes.map(({ name }) => name).sort(), `attributes of ${words}`);
}

async function assertRefused(query: dj.Query, words: string, why: Senseless): Promise<void> {
  await assert.rejects(
    query.fetch(),
    (error) => error instanceof dj.DataJointError && error.code === 'query',
    `${words} should have been refused: ${why.message}`,
  );
}

export const naiveEvaluation = describeEngine('naive evaluation', (engine) => {
  it(`agrees with the engine on at least ${LEAST_EXPRESSIONS} random expressions`, async (t: TestContext) => {
    const tables = declareLab(engine.schema(), { number: 'int8', text: 'varchar(8)' });
    for (const table of Object.values(tables)) await table.count();
    const counts = { compared: 0, refused: 0 };
    t.diagnostic(`seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(data, steps, async (given, program) => {
        const relations = await fillLab(engine.connection, tables, given);
        for (const made of expressionsOf(program, relations)) {
          const [query, words] = [queryOf(tables, made.expression), inWords(made.expression)];
          if ('senseless' in made) {
            await assertRefused(query, words, made.senseless);
            counts.refused += 1;
          } else {
            await assertSame(query, made.relation, words);
            counts.compared += 1;
          }
        }
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: false },
    );
    t.diagnostic(`${counts.compared} expressions compared, ${counts.refused} refused by both`);
    assert.ok(counts.compared >= LEAST_EXPRESSIONS);
  });
});
