import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { inWords } from '../integration/engine/naive/expression';
import { steps } from '../integration/engine/naive/generate';
import { data, declareLab, expressionsOf, fillLab, type Made, type Types } from '../integration/engine/naive/lab';
import { queryOf } from '../integration/engine/naive/query';
import { python23 } from '../interop/python';
import { answerOf, answerOfRelation, differs } from './comparison';
import { DIFFERENCES } from './differences';
import { peerLab } from './lab';
import { type Answer, expressionFor } from './peer';

const DATA_SETS = 16;
const PROGRAMS_PER_DATA_SET = 40;
const LEAST_EXPRESSIONS = 3000;

const VARIANTS: readonly (Types & { readonly schema: string; readonly seed: number })[] = [
  { schema: 'peer_plain', seed: 20261126, number: 'int8', text: 'varchar(8)' },
  { schema: 'peer_exact', seed: 20261127, number: 'decimal(6,2)', text: `enum('a', 'b', "it's")` },
];

/** How many expressions came out how; a class of differences each. */
type Tally = Map<string, number>;
const count = (tally: Tally, name: string) => tally.set(name, (tally.get(name) ?? 0) + 1);

/** Counts one expression. @throws AssertionError where the engine is wrong, or differs for no known reason */
function judge(tally: Tally, made: Made, ours: Answer, theirs: Answer): void {
  const words = inWords(made.expression);
  const both = `${words}\n  engine: ${JSON.stringify(ours)}\n  datajoint-python: ${JSON.stringify(theirs)}`;
  count(tally, 'compared');
  const truth: Answer = 'senseless' in made ? { error: made.senseless.message } : answerOfRelation(made.relation);
  assert.deepEqual(differs(ours, truth), [], `the engine is wrong about ${both}`);
  const parts = differs(ours, theirs);
  if (parts.length === 0) {
    count(tally, 'error' in ours ? 'equal: both refuse' : 'equal');
    return;
  }
  const why = DIFFERENCES.find((difference) => difference.when(made.expression, theirs, parts));
  assert.ok(why, `${parts.join()} differ, for no reason that is known: ${both}`);
  count(tally, `differ: ${why.name}`);
}

describe('random expressions on this engine and on datajoint-python', { skip: python23.absent }, () => {
  const lab = peerLab();
  for (const variant of VARIANTS) {
    it(`agree, or differ as documented: numbers are ${variant.number}, texts ${variant.text}`, async (t: TestContext) => {
      const { tables, peer } = await lab.schema(variant.schema, async (schema) => {
        const declared = declareLab(schema, variant);
        for (const table of Object.values(declared)) await table.count();
        return declared;
      });
      const tally: Tally = new Map();
      const sets = fc.sample(fc.record({ given: data, programs: fc.array(steps, { minLength: PROGRAMS_PER_DATA_SET, maxLength: PROGRAMS_PER_DATA_SET }) }), {
        seed: variant.seed,
        numRuns: DATA_SETS,
      });
      for (const { given, programs } of sets) {
        const relations = await fillLab(lab.connection, tables, given);
        for (const made of programs.flatMap((program) => expressionsOf(program, relations))) {
          judge(tally, made, await answerOf(queryOf(tables, made.expression)), await peer.evaluate(expressionFor(made.expression)));
        }
      }
      t.diagnostic(`datajoint-python ${peer.version}, seed ${variant.seed}`);
      for (const [name, n] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1))) t.diagnostic(`${n} ${name}`);
      assert.ok((tally.get('compared') ?? 0) >= LEAST_EXPRESSIONS);
    });
  }
});
