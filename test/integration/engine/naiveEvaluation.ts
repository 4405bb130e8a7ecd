import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual } from './describeEngine';
import { type Both, type Step, take } from './naive/program';
import { keyOf, type NaiveAttribute, type NaiveRow, type Relation, Senseless, type Value } from './naive/relation';

const SEED = 20260131;
const RUNS = 2200;
const LEAST_EXPRESSIONS = 5000;

const number = fc.integer({ min: 0, max: 3 });
const text = fc.constantFrom('a', 'b', "it's");
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const few = <T extends NaiveRow>(row: fc.Arbitrary<T>, key: readonly string[]) =>
  fc.uniqueArray(row, { maxLength: 5, selector: (each) => JSON.stringify(key.map((name) => each[name])) });

/** Rows of the five tables below; references are made good when they are inserted. */
const data = fc.record({
  one: few(fc.record({ a: number, x: maybe(number), s: text }), ['a']),
  two: few(fc.record({ a: number, b: number, y: number, t: maybe(text) }), ['a', 'b']),
  three: few(fc.record({ a: number, c: text, z: maybe(number) }), ['a', 'c']),
  four: few(fc.record({ d: number, a: maybe(number), w: number }), ['d']),
  five: few(fc.record({ e: number, x: number, s: maybe(text) }), ['e']),
});
type Data = typeof data extends fc.Arbitrary<infer D> ? D : never;

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ operation: fc.nat(1000), choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }) }),
  { minLength: 2, maxLength: 9 },
);

function tables(engine: Engine) {
  const schema = engine.schema();
  const One = manual(schema, 'One', 'a : int8\n---\nx = null : int8\ns : varchar(8)');
  const Two = manual(schema, 'Two', '-> One\nb : int8\n---\ny : int8\nt = null : varchar(8)');
  const Three = manual(schema, 'Three', '-> One\nc : varchar(8)\n---\nz = null : int8');
  const Four = manual(schema, 'Four', 'd : int8\n---\n-> [nullable] One\nw : int8');
  const Five = manual(schema, 'Five', 'e : int8\n---\nx : int8\ns = null : varchar(8)');
  return { One, Two, Three, Four, Five };
}

type Tables = ReturnType<typeof tables>;

const attribute = (name: string, inKey: boolean, origin: string | null, kind: NaiveAttribute['kind'] = 'number'): NaiveAttribute => ({ name, inKey, origin, kind });
const shapes = {
  one: [attribute('a', true, 'one.a'), attribute('x', false, null), attribute('s', false, null, 'text')],
  two: [attribute('a', true, 'one.a'), attribute('b', true, 'two.b'), attribute('y', false, null), attribute('t', false, null, 'text')],
  three: [attribute('a', true, 'one.a'), attribute('c', true, 'three.c', 'text'), attribute('z', false, null)],
  four: [attribute('d', true, 'four.d'), attribute('a', false, 'one.a'), attribute('w', false, null)],
  five: [attribute('e', true, 'five.e'), attribute('x', false, null), attribute('s', false, null, 'text')],
};

/** Puts the data into the tables and returns both forms of each table. */
async function fill(engine: Engine, { One, Two, Three, Four, Five }: Tables, given: Data): Promise<Both[]> {
  const parents = new Set(given.one.map(({ a }) => a));
  const rows: Record<keyof typeof shapes, NaiveRow[]> = {
    one: given.one,
    two: given.two.filter(({ a }) => parents.has(a)),
    three: given.three.filter(({ a }) => parents.has(a)),
    four: given.four.filter(({ a }) => a === null || parents.has(a)),
    five: given.five,
  };
  await engine.connection.transaction(async () => {
    for (const table of [Two, Three, Four, Five, One]) await table.deleteQuick();
    for (const [table, name] of [[One, 'one'], [Two, 'two'], [Three, 'three'], [Four, 'four'], [Five, 'five']] as const) await table.insert(rows[name]);
  });
  const both = (table: typeof One, name: keyof typeof shapes): Both => ({
    query: new dj.Query(table[dj.EXPRESSION]),
    relation: { attributes: shapes[name], rows: rows[name] },
    words: table.name,
  });
  return [both(One, 'one'), both(Two, 'two'), both(Three, 'three'), both(Four, 'four'), both(Five, 'five')];
}

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
    const declared = tables(engine);
    for (const table of Object.values(declared)) await table.count();
    const counts = { compared: 0, refused: 0 };
    t.diagnostic(`seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(data, steps, async (given, program) => {
        const base = await fill(engine, declared, given);
        let stack: readonly Both[] = [];
        for (const step of program) {
          const { rest, made } = take(step, stack, base);
          let relation: Relation;
          try {
            relation = made.evaluate();
          } catch (error) {
            if (!(error instanceof Senseless)) throw error;
            await assertRefused(made.query, made.words, error);
            counts.refused += 1;
            continue;
          }
          await assertSame(made.query, relation, made.words);
          counts.compared += 1;
          stack = [...rest, { query: made.query, words: made.words, relation }];
        }
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: false },
    );
    t.diagnostic(`${counts.compared} expressions compared, ${counts.refused} refused by both`);
    assert.ok(counts.compared >= LEAST_EXPRESSIONS);
  });
});
