// The classes of a folder share their Python processes, whatever file and schema they are of.
import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import path from 'node:path';
import * as dj from '../../src/engine';
import { PythonFolder } from '../../src/pipeline';
import { startServer, type TestServer } from '../harness/server';
import { quiet, temporaryLab } from './bridge';
import { type Python, python014, python23 } from './python';

Object.assign(process.env, quiet);

const files = (schema: string): Record<string, string> => ({
  'base.py': `import datajoint as dj
schema = dj.Schema("${schema}")
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[1], [2]]
`,
  'first.py': `import os
from base import *
@schema
class First(dj.Computed):
    definition = "-> Source\\n---\\npid : int"
    def make(self, key):
        self.insert1(dict(key, pid=os.getpid()))
`,
  'second.py': `import os
from base import *
from first import First
@schema
class Second(dj.Computed):
    definition = "-> First\\n---\\npid : int"
    def make(self, key):
        self.insert1(dict(key, pid=os.getpid()))
`,
  'broken.py': `from base import *
@schema
class Broken(dj.Computed):
    definition = "-> Source"
raise ValueError("not today")
`,
  'exits.py': `import os
from base import *
os._exit(7)
`,
});

function folderOf(lab: { readonly folder: string; readonly spec: dj.ConnectionSpec }, python: Python, connection: dj.Connection): PythonFolder {
  return new PythonFolder({ interpreter: python.interpreter, folder: lab.folder, connection, spec: lab.spec, output: 'errors' });
}

for (const python of [python23, python014]) {
  describe(`the Python of a folder, datajoint-python ${python.version}`, { skip: python.absent }, () => {
    let server: TestServer;
    let connection: dj.Connection;
    before(async () => {
      server = await startServer();
      const { host, port, user, password } = server;
      connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
    });
    after(async () => {
      await connection.close();
      await server.stop();
    });

    const setUp = async (context: TestContext, schema: string) => {
      const lab = await temporaryLab(context, python, server, connection, files(schema));
      const folder = folderOf(lab, python, connection);
      context.after(() => folder.close());
      const table = (file: string, className: string) => folder.table({ files: [path.join(lab.folder, file)], className, schemaName: null });
      return { folder, table };
    };

    it('is one process for all of its classes, also after a file that cannot be imported', async (context) => {
      const { table } = await setUp(context, 'folder_one');
      const first = await table('first.py', 'First');
      await assert.rejects(table('broken.py', 'Broken'), { code: 'pipeline', message: /ValueError: not today/ });
      const second = await table('second.py', 'Second');
      assert.equal(second.report.pid, first.report.pid);
      assert.notEqual(second.report.number, first.report.number);
      for (const each of [first, second, first]) await each.table.populate({ reserveJobs: true });
      const pids = [...(await first.table.fetch()), ...(await second.table.fetch())].map((row) => (row as dj.Row)['pid']);
      assert.deepEqual(pids, Array.from({ length: 4 }, () => first.report.pid));
    });

    it('is another process after one that ended, and makes go on', async (context) => {
      const { table } = await setUp(context, 'folder_two');
      const first = await table('first.py', 'First');
      await assert.rejects(table('exits.py', 'Exits'), { code: 'pipeline' });
      assert.deepEqual((await first.table.populate()).successCount, 2);
      const second = await table('second.py', 'Second');
      assert.notEqual(second.report.pid, first.report.pid);
    });

    it('is as many processes as keys are made at once', async (context) => {
      const { table } = await setUp(context, 'folder_three');
      const first = await table('first.py', 'First');
      assert.equal((await first.table.populate({ reserveJobs: true, concurrency: 2 })).successCount, 2);
    });
  });
}
