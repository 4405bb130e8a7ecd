import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { type TestServer, startServer } from '../harness/server';
import { both23, runPython } from './python';
import { sameTables as shared, sameTablesSince233, type SharedTable } from './sameTables';

const bases = { Manual: dj.Manual, Lookup: dj.Lookup, Imported: dj.Imported, Computed: dj.Computed };

/** A table class as the shared text says. */
function classOf({ name, tier, definition, parts = {} }: SharedTable) {
  const Base = bases[tier] as typeof dj.Manual;
  const Made = class extends Base {
    static override readonly definition: string = definition;
  };
  Object.defineProperty(Made, 'name', { value: name });
  for (const [part, text] of Object.entries(parts)) {
    const Part = class extends dj.Part {
      static override readonly definition: string = text;
    };
    Object.defineProperty(Part, 'name', { value: part });
    Object.defineProperty(Made, part, { value: Part, enumerable: true });
  }
  return Made;
}

for (const python23 of both23) describe(`tables declared by datajoint-python ${python23.version} and by the engine`, { skip: python23.absent }, () => {
  const sameTables = python23 === both23[0] ? sameTablesSince233 : shared;
  let server: TestServer;
  let connection: dj.Connection;

  before(async () => {
    server = await startServer(['--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin']);
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
    await runPython(python23, 'declare_tables.py', server, { schema: 'by_python', tables: sameTables });
    const settings = sameTables.filter(({ name }) => name === 'LabSettings');
    // What an earlier version has declared in a schema tells the engine how to declare hidden attributes there.
    if (python23 !== both23[0]) await runPython(python23, 'declare_tables.py', server, { schema: 'by_engine', tables: settings });
    const schema = dj.schema('by_engine', { connection });
    const classes = sameTables.map(classOf);
    for (const each of classes) schema(each);
    for (const each of classes) await each.count();
    for (const [i, table] of sameTables.entries()) {
      const Made: unknown = classes[i];
      if (table.tier === 'Imported' || table.tier === 'Computed') await (Made as typeof dj.Computed).jobs.refresh();
    }
  });

  after(async () => {
    await connection.close();
    await server.stop();
  });

  const rows = async (sql: string, ...values: string[]) => await connection.executor.all({ sql, values });
  const names = async (schema: string) =>
    (await rows('SELECT table_name AS t FROM information_schema.tables WHERE table_schema = ? ORDER BY t', schema)).map(({ t }) => String(t));
  const neutral = (text: string) => text.replaceAll(/by_(python|engine)/g, 'lab');

  it('are the same tables, parts, queues and lineage among them', async () => {
    const found = await names('by_engine');
    assert.deepEqual(found, await names('by_python'));
    for (const expected of ['subject', '#method', '_recording', '__spike_sorting', '__spike_sorting__unit', '~~spike_sorting', '~~recording', '~lineage']) {
      assert.ok(found.includes(expected), expected);
    }
  });

  it('have the same CREATE TABLE, constraint names included', async () => {
    const create = async (schema: string, table: string) => neutral(String((await rows(`SHOW CREATE TABLE \`${schema}\`.\`${table}\``))[0]?.['Create Table']));
    for (const table of await names('by_python')) {
      assert.equal(await create('by_engine', table), await create('by_python', table), table);
    }
  });

  it('have the same lineage', async () => {
    const lineage = async (schema: string) =>
      (await rows(`SELECT * FROM \`${schema}\`.\`~lineage\` ORDER BY table_name, attribute_name`)).map((row) => neutral(JSON.stringify(row)));
    assert.deepEqual(await lineage('by_engine'), await lineage('by_python'));
  });

  it('are read back as what the definitions say, declared by either side', async () => {
    const schema = dj.schema('by_python', { connection });
    for (const table of sameTables.map(classOf)) {
      schema(table);
      assert.equal(await table.count(), 0, table.name);
    }
    const [ours, theirs] = await Promise.all(['by_engine', 'by_python'].map((name) => connection.catalog.tables([name])));
    assert.deepEqual(JSON.parse(neutral(JSON.stringify(ours))), JSON.parse(neutral(JSON.stringify(theirs))));
  });
});
