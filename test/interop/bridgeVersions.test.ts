// The bridge on every version of datajoint-python that the suites know, with the tier names of its time.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { both014, both23, python23 } from './python';

Object.assign(process.env, quiet);

const old = { entry: 'dj.Manual', ingest: 'dj.Imported', compute: 'dj.Computed' };
const since234 = { entry: 'dj.Entry', ingest: 'dj.Ingest', compute: 'Compute' };

const pipeline = ({ entry, ingest, compute }: typeof old, first: string): string => `
import os
import datajoint as dj
${first}
dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("by_version")

@schema
class Session(${entry}):
    definition = "session : int"

@schema
class Recording(${ingest}):
    definition = "-> Session"
    def make(self, key):
        self.insert1(key)

@schema
class Trace(${compute}):
    definition = """
    -> Recording
    ---
    twice : int
    """
    def make(self, key):
        self.insert1(dict(key, twice=2 * key["session"]))
`;

const labs = [
  ...[...both23, ...both014].map((python) => ({ python, names: old, first: '' })),
  { python: python23, names: since234, first: 'from datajoint import Compute' },
];

for (const { python, names, first } of labs) {
  describe(`tables of ${names.entry} and ${names.compute}, datajoint-python ${python.version}`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('are found and populated, reserved and not', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, {
        'lab.py': pipeline(names, first),
        'enter.py': 'from lab import Session\nSession.insert([(1,), (2,)])\n',
      });
      await lab.run('enter.py');
      const recording = await lab.open('Recording');
      assert.equal((await recording.table.populate()).successCount, 2);
      const trace = await lab.open('Trace');
      assert.equal((await trace.table.populate({ reserveJobs: true })).successCount, 2);
      assert.deepEqual(await trace.table.fetch({ orderBy: 'KEY' }), [{ session: 1, twice: 2 }, { session: 2, twice: 4 }]);
    });
  });
}
