import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { indexPipeline, linkTables, type NamedTable } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

const table = (schema: string, className: string, tier = 'manual'): NamedTable => ({ name: { schema }, className, tier });

/** What each table is linked to: `file:class`. */
async function linked(context: TestContext, files: Readonly<Record<string, string>>, tables: readonly NamedTable[]): Promise<string[]> {
  const { classes } = await indexPipeline(await sourceFolder(context, files));
  const links = linkTables(classes, tables);
  return tables.map((each) => {
    const [found] = links.classesOf(each);
    return `${each.name.schema}.${each.className} ${found === undefined ? '-' : (found.tableClass.file.split(/[\\/]/).at(-1) ?? '')}`;
  });
}

const behavior = `import datajoint as dj, names
schema = dj.schema(names.unknown())
@schema
class Session(dj.Manual):
    definition = 'session : int'
@schema
class Trial(dj.Manual):
    definition = '-> Session'
`;
const qc = `import datajoint as dj, names
schema = dj.schema(names.other())
@schema
class Session(dj.Manual):
    definition = 'session : int'
@schema
class Check(dj.Manual):
    definition = '-> Session'
@schema
class Verdict(dj.Manual):
    definition = '-> Session'
`;

test('classes of one schema object go to the schema that has most of them', async (context) => {
  const tables = [table('a', 'Session'), table('a', 'Trial'), table('a', 'Dropped'), table('b', 'Session'), table('b', 'Check'), table('b', 'Verdict')];
  assert.deepEqual(await linked(context, { 'behavior.py': behavior, 'qc.py': qc }, tables), [
    'a.Session behavior.py',
    'a.Trial behavior.py',
    'a.Dropped -',
    'b.Session qc.py',
    'b.Check qc.py',
    'b.Verdict qc.py',
  ]);
});

test('tables of other pipelines on a shared server have no class, nor have those of another tier', async (context) => {
  const foreign = ['Session', 'Animal', 'Cage', 'Diet', 'Keeper'].map((name) => table('zoo', name));
  const tables = [...foreign, table('a', 'Session'), table('b', 'Trial', 'computed')];
  assert.deepEqual(await linked(context, { 'behavior.py': behavior }, tables), [
    ...foreign.map(({ className }) => `zoo.${className} -`),
    'a.Session behavior.py',
    'b.Trial -',
  ]);
});

test('a schema whose name is known in part may be one of several: of a test and of the lab', async (context) => {
  const source = behavior.replace('names.unknown()', "names.prefix + '_behavior'");
  const tables = [
    ...['test_behavior', 'lab_behavior'].flatMap((schema) => [table(schema, 'Session'), table(schema, 'Trial')]),
    ...['Session', 'Video', 'Pose', 'Camera'].map((name) => table('other_behavior', name)),
  ];
  const found = await linked(context, { 'behavior.py': source }, tables);
  assert.deepEqual(found.slice(0, 4), ['test_behavior.Session behavior.py', 'test_behavior.Trial behavior.py', 'lab_behavior.Session behavior.py', 'lab_behavior.Trial behavior.py']);
  assert.ok(found.slice(4).every((each) => each.endsWith(' -')), found.join('\n'));
});
