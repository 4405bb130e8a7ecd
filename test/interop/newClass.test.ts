import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { indexPipeline, newClass, placeOf } from '../../src/pipeline';
import { startServer, type TestServer } from '../harness/server';
import { python014, python23, runPython } from './python';

const lab = `import datajoint as dj
other = dj.Schema("nc_import")
schema = dj.Schema("nc_lab")

@other
class Subject(dj.Manual):
    definition = """
    subject_id : int
    """

@schema
class Method(dj.Lookup):
    definition = r'''
    # a comment with ' quotes, \`tick\` and $x
    method : varchar(12)   # what
    ---
    gain = 1.5 : float
    '''

@schema
class Session(dj.Manual):
    definition = """
    -> Subject.proj(animal='subject_id')
    session : int
    run : int
    probe : int
    shank : int
    ---
    -> [nullable] Method
    note = '' : varchar(40)
    index (note)
    """

@schema
class Trace(dj.Computed):
    definition = """
    -> Session
    ---
    mean : float
    """
    class Peak(dj.Part):
        definition = """
        -> master
        peak : int
        """
    class Shape(dj.Part):
        definition = """
        -> master.Peak
        ---
        -> [unique] Method
        """
    def make(self, key): pass
`;

for (const { python, spawn } of [{ python: python23, spawn: 'make_classes' }, { python: python014, spawn: 'spawn_missing_classes' }]) {
  describe(`classes written from tables, for datajoint-python ${python.version}`, { skip: python.absent }, () => {
    let server: TestServer;
    let connection: dj.Connection;
    let folder: string;
    const run = async (code: string) => ((await runPython(python, 'run_code.py', server, { code })) as { result: unknown }).result;
    const table = async (className: string, schema = 'nc_lab') => {
      const names = await dj.createOverview(connection).names();
      const found = names.find((each) => each.name.schema === schema && each.className === className);
      assert.ok(found);
      return found;
    };
    const declaration = async (name: dj.TableName) => {
      const text = await server.sql(`SHOW CREATE TABLE \`${name.schema}\`.\`${name.table}\``);
      return text.replaceAll(name.schema, 'SCHEMA').replaceAll('`nc_lab`.', '').replaceAll(/AUTO_INCREMENT=\d+ /g, '');
    };

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'djw-new-class-'));
      server = await startServer(['--character-set-server=utf8mb4']);
      const { host, port, user, password } = server;
      connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
      await run(lab);
    });

    after(async () => {
      await connection.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it('declares the same table again, as a file of its own', async () => {
      const overview = dj.createOverview(connection);
      for (const className of ['Method', 'Session', 'Trace']) {
        const original = await table(className);
        const { text } = await newClass(overview, original, { classes: [] }, { language: 'python', home: null }, '');
        const schema = `copy_${className.toLowerCase()}`;
        await run(text.replace('schema = dj.Schema("nc_lab")', `schema = dj.Schema("${schema}")`));
        const parts = (await overview.names()).filter(({ name }) => name.schema === 'nc_lab' && name.table.startsWith(`${original.name.table}__`));
        assert.equal(parts.length, className === 'Trace' ? 2 : 0);
        for (const { name } of [original, ...parts]) assert.equal(await declaration({ schema, table: name.table }), await declaration(name), name.table);
      }
    });

    it('stands in a file that has its schema, beside the classes that are made as it runs', async () => {
      const file = path.join(folder, 'spawned.py');
      await writeFile(file, `import datajoint as dj\n\nlab = dj.Schema("nc_lab")\nlab.${spawn}()\n`);
      const index = await indexPipeline(folder);
      const place = placeOf(index, 'nc_lab', 'typescript');
      assert.deepEqual([place.language, place.home?.variable, place.home?.file], ['python', 'lab', file]);
      const before = await readFile(file, 'utf8');
      const { text } = await newClass(dj.createOverview(connection), await table('Trace.Peak'), index, place, before);
      assert.match(text, /^ {4}-> Session$/m);
      await writeFile(file, before + text);
      const { classes } = await indexPipeline(folder);
      assert.deepEqual(classes.map(({ className, schemaName }) => `${schemaName ?? ''}.${className}`), ['nc_lab.Trace', 'nc_lab.Trace.Peak', 'nc_lab.Trace.Shape']);
      assert.deepEqual(await run(`${before}${text}\nresult = [Trace.full_table_name, Trace.Shape.full_table_name, sorted(Trace.heading.names), len(Trace())]`), [
        '`nc_lab`.`__trace`',
        '`nc_lab`.`__trace__shape`',
        ['animal', 'mean', 'probe', 'run', 'session', 'shank'],
        0,
      ]);
    });

    it('takes the virtual module that a file has for another schema', async () => {
      const before = 'import datajoint as dj\nschema = dj.Schema("nc_lab")\nsubjects = dj.VirtualModule("subjects", "nc_import")\n';
      const file = path.join(folder, 'module.py');
      await writeFile(file, before);
      const index = await indexPipeline(folder);
      const home = index.schemas.find((each) => each.file === file) ?? null;
      const { text } = await newClass(dj.createOverview(connection), await table('Session'), index, { language: 'python', home }, before);
      assert.match(text, /-> subjects\.Subject\.proj\(animal='subject_id'\)/);
      assert.match(text, /^nc_lab_2 = dj\.VirtualModule\("nc_lab_2", "nc_lab"\)$/m);
      assert.match(text, /-> \[nullable\] nc_lab_2\.Method$/m);
      assert.equal(await run(`${before}${text}\nresult = len(Session())`), 0);
    });

    it('in TypeScript', async () => {
      const overview = dj.createOverview(connection);
      const { text, fileName } = await newClass(overview, await table('Trace'), { classes: [] }, { language: 'typescript', home: null }, '');
      assert.equal(fileName, 'nc_lab.ts');
      assert.match(text, /^@schema\nexport class Trace extends dj\.Computed \{\n {2}static readonly definition = `\n {4}-> Session\n/m);
      assert.match(text, /^ {2}static Shape = class Shape extends dj\.Part \{$/m);
    });
  });
}
