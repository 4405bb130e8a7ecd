// What djw shows and does beside a table, a queue or a schema that cannot be read, and beside counts without an end.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type DjwDatabase, djwDatabases } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

const pipeline = (good: string, other: string): string => `import * as dj from 'datajoint-workbench';
export const good = dj.schema('${good}');
export const other = dj.schema('${other}');
@good export class Session extends dj.Manual { static definition = \`session : int32\`; }
@good export class Rate extends dj.Computed {
  static definition = \`-> Session\`;
  async make(key: dj.Key) {
    if (key['session'] === 2) throw new Error('no spikes');
    await this.insert1(key);
  }
}
@other export class Animal extends dj.Manual { static definition = \`id : int32\`; }
@other export class Method extends dj.Manual { static definition = \`id : int32\`; }
@other export class Aaa extends dj.Computed {
  static definition = \`-> Animal\\n-> Method\`;
  async make(key: dj.Key) { await this.insert1(key); }
}
@other export class Filled extends dj.Imported { static definition = \`-> Animal\`; }
@other export class Zzz extends dj.Computed {
  static definition = \`-> Animal\`;
  async make(key: dj.Key) { await this.insert1(key); }
}
`;

const enter = `import { Aaa, Animal, Filled, Method, Rate, Session, Zzz } from './pipeline';
await Session.insert([{ session: 1 }, { session: 2 }]);
await Animal.insert([{ id: 1 }, { id: 2 }]);
await Method.insert([{ id: 1 }]);
for (const table of [Rate, Zzz, Aaa, Filled]) await table.count();
await Rate.populate({ reserveJobs: true, suppressErrors: true });
`;

async function lab(context: TestContext, database: DjwDatabase, files: (schema: string) => Record<string, string>) {
  const { env, schema } = await database.place();
  const folder = await temporaryFolder(context, files(schema));
  const djw = async (...args: string[]) => await folder.start(args, env).finished;
  const entered = await djw('run', 'enter.ts');
  assert.equal(entered.code, 0, entered.err);
  return { djw, schema };
}

for (const database of djwDatabases()) {
  test(`a table whose parents cannot be joined hides no other table, error or job (${database.name})`, async (context) => {
    const { djw, schema } = await lab(context, database, (name) => ({ 'pipeline.ts': pipeline(name, `${name}_other`), 'enter.ts': enter }));
    const list = await djw('list');
    assert.equal(list.code, 0, list.err);
    assert.match(list.out, /^ {2}Rate +computed +1\/2 .* 1 error$/m);
    assert.match(list.out, /^ {2}Aaa +computed +0 done .*Cannot join Animal and Method by "id": .*$/m);
    assert.match(list.out, /^ {2}Zzz +computed +0\/2 /m);
    const rows = JSON.parse((await djw('list', '--json')).out) as { table: string; progress: object | null; problem: string | null }[];
    const aaa = rows.find(({ table }) => table === 'Aaa');
    assert.deepEqual(aaa?.progress, { done: 0, total: null, more_than: null, at_most: null });
    assert.match(aaa.problem ?? '', /^Cannot join /);
    for (const args of [['errors'], ['errors', `${schema}.Rate`]]) assert.match((await djw(...args)).out, /^Rate {3}Error: no spikes /m);
    assert.match((await djw('jobs', `${schema}.Rate`)).out, /^error +1$/m);
  });

  test(`a worker of a schema works off the tables that can be populated (${database.name})`, async (context) => {
    const { djw, schema } = await lab(context, database, (name) => ({ 'pipeline.ts': pipeline(name, `${name}_other`), 'enter.ts': enter }));
    const { code, out, err } = await djw('worker', `${schema}_other`, '--json');
    assert.deepEqual([code, err], [2, '']);
    const told = out.trim().split('\n').map((line) => JSON.parse(line) as { event: string; table?: string; message?: string });
    assert.deepEqual(told.filter(({ event }) => event === 'done').map(({ table }) => table), [`${schema}_other.Zzz`, `${schema}_other.Zzz`]);
    const passed = told.filter(({ event }) => event === 'passed over').sort((a, b) => ((a.table ?? '') < (b.table ?? '') ? -1 : 1));
    assert.deepEqual(passed.map(({ table }) => table), [`${schema}_other.Aaa`, `${schema}_other.Filled`], 'each once');
    assert.match(passed[0]?.message ?? '', /^Cannot join Animal and Method by "id"/);
    assert.match(passed[1]?.message ?? '', /^Filled has no make/);
    const some = await djw('worker', `${schema}_other.Zzz`, `${schema}_other.Filled`);
    assert.equal(some.code, 0, `a table without make() has no work to do: ${some.err}`);
    assert.match(some.out, /Filled {2}passed over {2}Filled has no make/);
    const alone = await djw('worker', `${schema}_other.Aaa`);
    assert.equal(alone.code, 2);
    assert.match(alone.err, /^djw: Cannot join Animal and Method by "id": [^\n]*\n$/);
  });

  test(`a key source of its own has no total in the list, and a true one in progress (${database.name})`, async (context) => {
    const { djw, schema } = await lab(context, database, (name) => ({
      'pipeline.ts': `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('${name}');
@schema export class Session extends dj.Manual { static definition = 'a : int32\\n---\\nuse_b : int32\\nuse_c : int32'; }
@schema export class Filter extends dj.Manual { static definition = 'b : int32'; }
@schema export class Model extends dj.Manual { static definition = 'c : int32'; }
abstract class Chosen extends dj.Computed {
  static get keySource() { return Session.join(Filter).join(Model).restrict('use_b = b', 'use_c = c', 'a < 5').proj(); }
  async make(key: dj.Key) { await this.insert1(key); }
}
@schema export class Fit extends Chosen { static definition = '-> Session\\n-> Filter\\n-> Model'; }
@schema export class Every extends dj.Computed { static definition = '-> Session\\n-> Filter\\n-> Model'; }
`,
      'enter.ts': `import { Every, Filter, Fit, Model, Session } from './pipeline';
const rows = Array.from({ length: 1000 }, (_, n) => n);
await Session.insert(rows.map((n) => [n, n, n]));
await Filter.insert(rows.map((n) => [n]));
await Model.insert(rows.map((n) => [n]));
await Fit.populate();
await Every.count();
`,
    }));
    const list = await djw('list');
    assert.equal(list.code, 0, list.err);
    assert.match(list.out, /^ {2}Fit +computed +5 done /m);
    assert.match(list.out, /^ {2}Every +computed +0 of more than 1000000 /m);
    assert.deepEqual(JSON.parse((await djw('progress', `${schema}.Fit`, '--json')).out), { done: 5, remaining: 0, total: 5 });
  });
}
