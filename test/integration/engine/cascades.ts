import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine } from './describeEngine';
import { type ModelRow, type ModelTable, type Policy, rowsThatGo } from './naive/cascade';
import { fillModel, type MadeTable, makePipeline, pipelines, type PipelineShape } from './naive/pipelines';

const SEED = 20261126;
const PIPELINES = 20;
const FILLINGS = 4;
const DELETES = 3;

/** Choices out of a number, always the same. */
function choices(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const keyOf = ({ key }: ModelTable, row: ModelRow) => Object.fromEntries(key.map((name) => [name, row[name]]));

/** The same rows of a table, chosen in one of the ways that a program may. */
function chosen(form: number, { model, table }: MadeTable, rows: readonly ModelRow[]): { query: dj.TableQuery; rows: readonly ModelRow[] } {
  const keys = rows.map((row) => keyOf(model, row));
  const whole = table.query() as dj.TableQuery;
  switch (form) {
    case 0:
      return { query: whole.restrict(table.query().restrict(keys).proj()), rows };
    case 1: {
      const compare = (a: ModelRow, b: ModelRow) => model.key.map((name) => (a[name] ?? 0) - (b[name] ?? 0)).find((each) => each !== 0) ?? 0;
      return { query: whole.restrict(dj.top(rows.length, 'KEY')), rows: model.rows.toSorted(compare).slice(0, rows.length) };
    }
    default:
      return { query: whole.restrict(keys), rows };
  }
}

const asText = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).sort();

async function fill(engine: Engine, tables: readonly MadeTable[], next: (below: number) => number): Promise<void> {
  fillModel(tables.map(({ model }) => model), next);
  await engine.connection.transaction(async () => {
    for (const { table } of tables.toReversed()) await table.deleteQuick();
    for (const { model, table } of tables) await table.insert(model.rows);
  });
}

/** Deletes at random, and compares what is shown before, what is told after, and what is left with the model. */
async function deleteAndCompare(tables: readonly MadeTable[], next: (below: number) => number): Promise<'refused' | 'deleted'> {
  const target = tables[next(tables.length)];
  if (target === undefined) throw new Error('no tables');
  const policy: Policy = (['enforce', 'ignore', 'cascade', 'enforce'] as const)[next(4)] ?? 'enforce';
  const form = next(4);
  const { query, rows } = chosen(form, target, target.model.rows.filter(() => next(2) === 0));
  const models = tables.map(({ model }) => model);
  const going = rowsThatGo(models, target.model, rows, policy);
  const words = `${policy}, form ${form}: ${target.model.name} ${JSON.stringify(rows.map((row) => keyOf(target.model, row)))}`;
  const shown: dj.DeletedRows[] = [];
  dj.setConfirmation(async (removal) => {
    shown.push(...removal.tables);
    return true;
  });
  if (going === null) {
    await assert.rejects(query.delete({ partIntegrity: policy, prompt: true }), (error) => error instanceof dj.DataJointError && error.code === 'not_allowed', words);
  } else {
    const told = (await query.delete({ partIntegrity: policy, prompt: true })).filter((each) => each.rows > 0);
    assert.deepEqual(told.map((each) => each.rows).sort(), [...going.values()].map(({ size }) => size).filter((n) => n > 0).sort(), words);
    assert.deepEqual(shown, told, `shown before: ${words}`);
    for (const model of models) model.rows = model.rows.filter((row) => going.get(model)?.has(row) !== true);
  }
  for (const { model, table } of tables) assert.deepEqual(asText(await table.query().fetch()), asText(model.rows), `${model.name} after ${words}`);
  return going === null ? 'refused' : 'deleted';
}

const definitionsOf = (tables: readonly MadeTable[]): string => tables.map(({ model, table }) => `${model.name}:\n${table.definition}`).join('\n\n');

export const cascades = describeEngine('cascades', (engine) => {
  it('delete what a naive model says, part integrity included, of random pipelines with random rows', async (t: TestContext) => {
    const counts = { refused: 0, deleted: 0 };
    const oneShape = async (shape: PipelineShape, seed: number) => {
      const tables = makePipeline(engine.schema(), shape);
      for (const { table } of tables) await table.count();
      const next = choices(seed);
      for (let filling = 0; filling < FILLINGS; filling += 1) {
        await fill(engine, tables, next);
        for (let n = 0; n < DELETES; n += 1) {
          counts[await deleteAndCompare(tables, next).catch((error: unknown) => {
            throw new Error(`seed ${seed}, filling ${filling}\n${definitionsOf(tables)}`, { cause: error });
          })] += 1;
        }
      }
    };
    try {
      await fc.assert(fc.asyncProperty(pipelines, fc.nat(), oneShape), { seed: SEED, numRuns: PIPELINES, endOnFailure: true });
    } finally {
      dj.setConfirmation(null);
    }
    t.diagnostic(`seed ${SEED}: ${counts.deleted} deletes, ${counts.refused} refused`);
    assert.ok(counts.refused > PIPELINES && counts.deleted > 5 * PIPELINES);
  });
});
