// Values of numpy that a TypeScript make() hands on, and a Python make() with the tier names of 2.3.4 beside it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { bridgeOnMariaDb, quiet, temporaryLab } from './bridge';
import { python23, runPython } from './python';

Object.assign(process.env, quiet);

describe(`values that datajoint-python ${python23.version} wrote`, { skip: python23.absent }, () => {
  const maria = bridgeOnMariaDb();

  it('are what they were when TypeScript has fetched and inserted them', async () => {
    const { server, connection } = maria;
    const { values } = (await runPython(python23, 'blob_copies.py', server, { schema: 'copies' })) as { values: number };
    const schema = dj.schema('copies', { connection });
    class Raw extends dj.Entry {
      static override readonly definition: string = 'n : int32\n---\nv : <blob>';
    }
    class Copy extends dj.Compute {
      static override readonly definition: string = '-> Raw\n---\nv : <blob>';
      async make(key: dj.Key) {
        await this.insert1({ ...key, v: await Raw.restrict(key).fetch1('v') });
      }
    }
    for (const table of [Raw, Copy]) schema(table);
    assert.equal((await Copy.populate()).successCount, values);
    const compared = (await runPython(python23, 'blob_copies.py', server, { schema: 'copies', compare: true })) as { raw: unknown[]; copied: unknown[]; same: boolean[] };
    assert.deepEqual(compared.copied, compared.raw);
    assert.deepEqual(compared.same, Array.from({ length: values }, () => true));
  });

  it('are made by a table of dj.Compute as by one of dj.Computed', async (context) => {
    const lab = await temporaryLab(context, python23, maria.server, maria.connection, {
      'lab.py': `
import datajoint as dj
from datajoint import Compute
schema = dj.Schema("new_names")

@schema
class Session(dj.Entry):
    definition = "session : int32"

@schema
class Recording(dj.Ingest):
    definition = "-> Session"
    def make(self, key):
        self.insert1(key)

@schema
class Trace(Compute):
    definition = """
    -> Recording
    ---
    twice : int32
    """
    def make(self, key):
        self.insert1({**key, "twice": 2 * key["session"]})
`,
      'enter.py': 'from lab import Session\nSession.insert([(1,), (2,)])\n',
    });
    await lab.run('enter.py');
    const recording = await lab.open('Recording');
    assert.equal((await recording.table.populate({ reserveJobs: true })).successCount, 2);
    const trace = await lab.open('Trace');
    assert.equal((await trace.table.populate()).successCount, 2);
    assert.deepEqual(await trace.table.fetch({ orderBy: 'KEY' }), [{ session: 1, twice: 2 }, { session: 2, twice: 4 }]);
  });
});
