// A Python make() that enters the rows of several keys is called once for them, and whatever one raises is recorded.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const head = (schema: string): string => `
import os
import datajoint as dj

dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("${schema}")
`;

const batch = (schema: string): string => `${head(schema)}
@schema
class Channel(dj.Lookup):
    definition = "probe : int\\nchannel : int"
    contents = [[probe, channel] for probe in range(20) for channel in range(16)]

@schema
class Noise(dj.Computed):
    definition = "-> Channel\\n---\\nrms : double"
    def make(self, key):
        # Reading the file takes long, so all channels of the probe are entered at once.
        for channel in (Channel & {"probe": key["probe"]}).fetch("KEY"):
            self.insert1(dict(channel, rms=1))
`;

const parts = (schema: string): string => `${head(schema)}
@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(6)]

@schema
class Stepwise(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        computed = yield "fetched"
        if computed is None:
            yield "computed"
        for k in range(6):
            self.insert1(dict(k=k))
        yield
`;

const bad = (schema: string): string => `${head(schema)}
class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no")

@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(7)]

@schema
class Result(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        k = key["k"]
        if k == 1:
            print("\\U0001f7e9" * 2500 + "!")
            raise ValueError("frame 2500 is missing")
        if k == 2:
            raise ValueError("half \\ud83d of a character")
        if k == 3:
            raise ValueError("nul\\0 inside")
        if k == 4:
            raise ValueError("\\U0001f600" * 200000)
        if k == 5:
            raise Unspeakable()
        self.insert1(key)
`;

const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0, total: 0 };

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`keys that come meanwhile and bad makes, on datajoint-python ${version}`, { skip: python.absent }, () => {
    const place = bridgeOnServer();
    const schema = (name: string): string => `${name}_${version.replace('.', '_')}`;

    it('passes over keys whose rows an earlier make() has entered, directly and with reservations', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'batch.py': batch(schema('batch')) });
      const { table } = await lab.open('Noise');
      for (const options of [{}, { reserveJobs: true }] as const) {
        assert.deepEqual(await table.populate({ ...options, suppressErrors: true }), { successCount: 20, skippedCount: 0, errorList: [] });
        assert.equal(await table.count(), 320);
        if ('reserveJobs' in options) assert.deepEqual(await table.jobs.progress(), none);
        await table.delete();
      }
    });

    it('enters no key twice when several processes do so at once', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'batch.py': batch(schema('batches')) });
      const { table } = await lab.open('Noise');
      const { errorList } = await table.populate({ reserveJobs: true, suppressErrors: true, processes: 3 });
      assert.deepEqual(errorList, []);
      assert.equal(await table.count(), 320);
      assert.deepEqual(await table.jobs.progress(), none);
    });

    it('asks before it fetches and computes, where make() has parts', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'parts.py': parts(schema('parts')) });
      const { table } = await lab.open('Stepwise');
      assert.deepEqual(await table.populate({ reserveJobs: true, suppressErrors: true }), { successCount: 1, skippedCount: 0, errorList: [] });
      assert.equal(await table.count(), 6);
    });

    it('records whatever a make() raises or prints, and makes the other keys', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'bad.py': bad(schema('bad')) });
      const { table } = await lab.open('Result');
      const { successCount, errorList } = await table.populate({ reserveJobs: true, suppressErrors: true });
      assert.deepEqual([successCount, errorList.length], [2, 5]);
      assert.deepEqual(await table.jobs.progress(), { ...none, error: 5, total: 5 });
      const overview = dj.createOverview(place.connection);
      const told = [];
      for (const k of [1, 2, 3, 4, 5]) told.push((await overview.job({ schema: schema('bad'), table: '__result' }, { k })).job);
      // A server whose default is latin1 has question marks for the rest.
      const messages = [/^ValueError: frame 2500 is missing$/, /^ValueError: half [\ufffd?] of a character$/, /^ValueError: nul[\u2400?] inside$/, /^ValueError: [\u{1f600}?]{2023}\.\.\.truncated$/u, /^Unspeakable: <its message cannot be shown: RuntimeError>$/];
      for (const [i, message] of messages.entries()) assert.match(told[i]?.message ?? '', message);
      assert.match(told[0]?.stack ?? '', /\nPrinted by make\(\) before:\n\| \u{1f7e9}+!$/u);
    });
  });
}
