import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { TableSummary } from '../../../src/engine';
import { indexPipeline, linkTables, withKnownTotal } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

const python = `import datajoint as dj
schema = dj.Schema('lab')
class Chosen(dj.Computed):
    key_source = Block & 'block = 1'
@schema
class Block(dj.Lookup):
    definition = "block : int"
@schema
class Fraction(dj.Computed):
    definition = "-> Block"
    @property
    def key_source(self):
        return Block.aggr(Trial, n_trials='count(*)') & 'n_trials > 1'
@schema
class Doubled(dj.Computed):
    definition = "-> Block"
    key_source = Block.proj(twice='2 * block') & 'twice > 2'
@schema
class Inherited(Chosen):
    definition = "-> Block"
@schema
class Every(dj.Computed):
    definition = "-> Block"
`;
const typescript = `import * as dj from 'datajoint-workbench';
const schema = dj.schema('lab');
@schema class Own extends dj.Computed { static definition = '-> Block'; static get keySource() { return Block.restrict('block = 1'); } }
@schema class Usual extends dj.Computed { static definition = '-> Block'; }
`;

const summary = (className: string, problem: string | null = null): TableSummary => ({
  name: { schema: 'lab', table: `__${className.toLowerCase()}` },
  className,
  tier: 'computed',
  master: null,
  comment: '',
  rows: 1,
  progress: { done: 1, total: problem === null ? 3 : null, moreThan: null, atMost: null, problem },
  jobs: null,
  layout: null,
  problem: null,
});

async function states(context: TestContext, ...tables: readonly TableSummary[]): Promise<unknown[]> {
  const { classes } = await indexPipeline(await sourceFolder(context, { 'lab.py': python, 'lab.ts': typescript }));
  return tables.map((table) => withKnownTotal(table, linkTables(classes, tables))).map((table) => [table.className, table.progress?.done, table.progress?.total, table.progress?.atMost]);
}

test('a class with a key source of its own has at most the total of its parents, in Python and in TypeScript, inherited or not', async (context) => {
  const tables = ['Fraction', 'Doubled', 'Inherited', 'Own', 'Every', 'Usual', 'Elsewhere'].map((name) => summary(name));
  assert.deepEqual(await states(context, ...tables), [
    ...['Fraction', 'Doubled', 'Inherited', 'Own'].map((name) => [name, 1, null, 3]),
    ...['Every', 'Usual', 'Elsewhere'].map((name) => [name, 1, 3, null]),
  ]);
});

test('parents that cannot be joined are no problem of a class with a key source of its own', async (context) => {
  const { classes } = await indexPipeline(await sourceFolder(context, { 'lab.ts': typescript }));
  assert.equal(withKnownTotal(summary('Own', 'Cannot join.'), linkTables(classes, [])).progress?.problem, null);
  assert.equal(withKnownTotal(summary('Usual', 'Cannot join.'), linkTables(classes, [])).progress?.problem, 'Cannot join.');
});
