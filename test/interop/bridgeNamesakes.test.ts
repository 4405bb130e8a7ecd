import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStack } from '../../src/pipeline';
import { failureStack } from '../../src/engine/populate/failure';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const head = (schema: string): string => `import os
import datajoint as dj
dj.config["database.use_tls"] = False
dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("${schema}")

@schema
class Trace(dj.Lookup):
    definition = "trace : int"
    contents = [(1,), (2,)]
`;

/** A part has the name of a computed table that is declared before it, and of one after it. */
const namesakes = `${head('namesakes')}
@schema
class Fit(dj.Computed):
    definition = "-> Trace\\n---\\nrms : float"
    def make(self, key):
        self.insert1(dict(key, rms=0.5))

@schema
class Report(dj.Computed):
    definition = "-> Fit"
    class Fit(dj.Part):
        definition = "-> master\\nn : int"
    class Late(dj.Part):
        definition = "-> master\\nm : int"
    def make(self, key):
        self.insert1(key)
        self.Fit.insert1(dict(key, n=1))

@schema
class Late(dj.Computed):
    definition = "-> Trace"
    def make(self, key):
        self.insert1(key)
`;

/** The cause of the error, and then the error, have messages that are longer than everything else. */
const longMessages = `${head('long_messages')}
@schema
class Fit(dj.Computed):
    definition = "-> Trace"
    def make(self, key):
        samples = "0.0, " * 300000
        try:
            raise ValueError("bad sample in " + samples)
        except ValueError as error:
            raise RuntimeError("the fit failed" + ("" if key["trace"] == 1 else " at\\n" + samples.replace(",", "\\n"))) from error
`;

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`tables of datajoint-python ${version} and what is called like them`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('a part never stands for a table of its name', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'lab.py': namesakes });
      for (const [name, table] of [['Fit', '__fit'], ['Late', '__late'], ['Report', '__report']] as const) {
        const opened = await lab.open(name);
        assert.equal(opened.report.table, table);
        assert.equal((await opened.table.populate()).successCount, 2);
      }
      assert.equal(await place.server.sql('SELECT COUNT(*) FROM namesakes.__report__fit'), '2');
      await assert.rejects(lab.open('Report.Fit'), { code: 'usage', message: /^Report\.Fit is neither an Imported nor a Computed table/ });
      await assert.rejects(lab.open('Trace'), { code: 'usage', message: /^Trace is neither an Imported nor a Computed table/ });
    });

    it('an error keeps its place however long its message and that of its cause are', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'lab.py': longMessages });
      const { table } = await lab.open('Fit');
      const thrown: unknown[] = [];
      for (const trace of [1, 2]) await table.populate({ trace }).catch((error: unknown) => thrown.push(error));
      const lines = longMessages.split('\n');
      const line = (text: string): number => lines.findIndex((each) => each.includes(text)) + 1;
      assert.equal(thrown.length, 2);
      for (const error of thrown) {
        const stack = failureStack(error);
        assert.ok(stack.length < 100_000, String(stack.length));
        const frames = parseStack(stack, { workspaceFolders: [lab.folder] }).filter(({ kind }) => kind === 'yours');
        assert.deepEqual(frames.map((frame) => frame.line), [line('raise RuntimeError'), line('raise ValueError')]);
        assert.match(stack, /ValueError: bad sample in 0\.0, [^]*characters are left out[^]*RuntimeError: the fit failed/);
      }
    });
  });
}
