import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as dj from '../../src/engine';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { type Python, python014, python23 } from './python';

Object.assign(process.env, quiet);

/** What a class has for its key source; `property` is the usual way of writing it, in the body of a property. */
interface Form {
  readonly name: string;
  readonly references?: readonly string[];
  readonly property?: string;
  readonly attribute?: string;
}

const forms: readonly Form[] = [
  { name: 'Aggregated', property: `Session.aggr(Trial, n='count(trial)') & 'n >= 3'` },
  { name: 'AggregatedAll', property: `Session.aggr(Trial, ..., n='count(trial)')` },
  { name: 'Projected', property: `Session.proj(odd='MOD(session, 2)') & 'odd = 1'` },
  { name: 'ProjectedAttribute', attribute: `Session.proj(twice='2 * session') & 'twice > 2'` },
  { name: 'ClassItself', attribute: 'Session' },
  { name: 'Listed', property: `Session & ['session = 1', {'session': 3}]` },
  { name: 'AllOf', property: `Session & dj.AndList(['session > 1', {'rig': 'a'}])` },
  { name: 'Left', property: `Session - (Trial & 'trial = 3')` },
  { name: 'Matched', property: `Session & (Trial & 'label LIKE "%100 \\\\%%"')` },
  { name: 'Joined', references: ['Session', 'Rig'], property: `Session * Rig & Trial` },
  { name: 'JoinedKeys', references: ['Session', 'Rig'], property: `Session.proj() * Rig.proj() & 'rig_id <> session'` },
  { name: 'ByDefault', references: ['Session', 'Rig'] },
  { name: 'United', property: `(Session & 'session = 1').proj() + (Session & 'session = 3').proj()` },
  { name: 'Universal', property: `dj.U('session') & (Trial & 'trial > 1')` },
  { name: 'UniversalAggregated', property: `dj.U('session').aggr(Trial, n='count(*)') & 'n > 1'` },
  {
    name: 'Pairs',
    references: [`Session.proj(first='session')`, `Session.proj(second='session')`],
    property: `Session.proj(first='session') * Session.proj(second='session') & 'first < second'`,
  },
];

/** Attributes that only datajoint-python understands, beside some that everybody does. */
const oddOf23 = (prefix: string): string => `
    ${prefix}_tag : uuid
    ${prefix}_photo = null : <attach>
    ${prefix}_samples = null : <blob>
    ${prefix}_file = null : <filepath@local>
    ${prefix}_shape = null : <shape>
    ${prefix}_price = null : decimal(5,2)
    ${prefix}_weight = 1.5 : double`;
const oddOf014 = (prefix: string): string => `
    ${prefix}_tag : uuid
    ${prefix}_photo = null : attach
    ${prefix}_samples = null : longblob
    ${prefix}_remote = null : blob@local
    ${prefix}_file = null : filepath@local
    ${prefix}_price = null : decimal(5,2) unsigned
    ${prefix}_weight = 1.5 : double`;

const settings23 = `
dj.config.stores["local"] = dict(protocol="file", location=os.path.join(os.getcwd(), "store"))

class ShapeCodec(dj.Codec):
    name = "shape"
    def get_dtype(self, is_store):
        return "varchar(30)"
    def encode(self, value, *, key=None, store_name=None):
        return str(value)
    def decode(self, stored, *, key=None):
        return stored
`;
const settings014 = `
dj.config["stores"] = {"local": dict(protocol="file", location=os.path.join(os.getcwd(), "store"), stage=os.path.join(os.getcwd(), "store"))}
`;

const computed = ({ name, references = ['Session'], property, attribute }: Form): string => `
@schema
class ${name}(dj.Computed):
    definition = """
${references.map((reference) => `    -> ${reference}`).join('\n')}
    """
${attribute === undefined ? '' : `    key_source = ${attribute}\n`}${property === undefined ? '' : `    @property\n    def key_source(self):\n        return ${property}\n`}
    def make(self, key):
        self.insert1(key)
`;

const pipeline = (schema: string, odd: (prefix: string) => string, settings: string): string => `
import json, os, uuid
os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
import datajoint as dj

dj.config["database.use_tls"] = False
dj.config["database.port"] = int(os.environ["DJ_PORT"])
os.makedirs("store", exist_ok=True)
${settings}
schema = dj.Schema("${schema}")

@schema
class Session(dj.Manual):
    definition = """
    session : int
    ---
    rig : varchar(10)
    day : date${odd('session')}
    """

@schema
class Trial(dj.Manual):
    definition = """
    -> Session
    trial : int
    ---
    label : varchar(20)
    """

@schema
class Rig(dj.Manual):
    definition = """
    rig_id : int
    ---${odd('rig')}
    """
${forms.map(computed).join('')}
if __name__ == "__main__":
    Session.insert([dict(session=i, rig="ab"[i % 2], day="2026-01-0%d" % i, session_tag=uuid.UUID(int=i)) for i in (1, 2, 3, 4)], skip_duplicates=True)
    Trial.insert([dict(session=s, trial=t, label="100 %" if t == 2 else "50 %") for s in (1, 2, 3) for t in range(1, s + 2)], skip_duplicates=True)
    Rig.insert([dict(rig_id=i, rig_tag=uuid.UUID(int=i)) for i in (1, 2)], skip_duplicates=True)
    keys = {}
    for each in (${forms.map(({ name }) => name).join(', ')}):
        table = each()
        wanted = table._jobs_to_do(())
        keys[each.__name__] = wanted.keys() if hasattr(wanted, "keys") else wanted.fetch("KEY")
    print(json.dumps(keys))
`;

const versions: readonly (readonly [string, Python, (prefix: string) => string, string])[] = [
  ['2.3', python23, oddOf23, settings23],
  ['0.14', python014, oddOf014, settings014],
];

for (const [version, python, odd, settings] of versions) {
  describe(`key sources as datajoint-python ${version} understands them`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('every form that pipelines use gives the same keys', async (context) => {
      const schema = 'key_sources';
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'forms.py': pipeline(schema, odd, settings) });
      const expected = JSON.parse((await lab.run('forms.py')).trim().split('\n').at(-1) ?? '') as Record<string, object[]>;
      const sorted = (keys: readonly object[]): string[] => keys.map((key) => JSON.stringify(Object.entries(key).sort())).sort();
      for (const { name } of forms) {
        const keys = expected[name] ?? [];
        assert.ok(keys.length > 0 && keys.length < 9, name);
        const { table } = await lab.open(name);
        assert.deepEqual(await table.progress(), { remaining: keys.length, total: keys.length }, name);
        await table.jobs.refresh();
        assert.equal((await table.jobs.progress()).pending, keys.length, name);
        const made = await table.populate({ reserveJobs: true, suppressErrors: true });
        assert.deepEqual([made.successCount, made.errorList], [keys.length, []], name);
        assert.deepEqual(sorted(await table.fetch()), sorted(keys), name);
        assert.deepEqual(await table.progress(), { remaining: 0, total: keys.length }, name);
      }
    });

    it('keys are restricted by what the key source has beside its primary key', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'forms.py': pipeline('key_sources_restricted', odd, settings) });
      await lab.run('forms.py');
      const { table } = await lab.open('Joined');
      const total = async (...conditions: readonly dj.Condition[]): Promise<number> => (await table.progress(...conditions)).total;
      assert.equal(await total(), 6);
      assert.deepEqual([await total('day > "2026-01-01"'), await total({ day: '2026-01-02' }), await total({ rig: 'b' }, 'session > 1')], [4, 2, 2]);
      assert.equal(await total('session_weight BETWEEN 1 AND 2 and rig_price IS NULL', { rig_id: 1 }), 3);
      await assert.rejects(total('session_tag = 1'), { message: /session_tag/ }, 'what is stored in another form than it is written');
      // A grouped attribute that the server would not show beside the groups is not there, and the keys are the same.
      const { table: grouped } = await lab.open('AggregatedAll');
      assert.equal((await grouped.progress('session < 3')).total, 2);
    });

    it("datajoint's own populate() runs with them", async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'forms.py': pipeline('key_sources_native', odd, settings) });
      await lab.run('forms.py');
      const opened = await lab.open('Aggregated');
      const result = await opened.populate([], '{}', new AbortController().signal);
      assert.deepEqual([result.success_count, await opened.table.progress()], [2, { remaining: 0, total: 2 }]);
    });

    it('what is no key source is one sentence', async (context) => {
      const text = (source: string): string => pipeline('key_sources_bad', odd, settings).replace("key_source = Session\n", `key_source = ${source}\n`);
      for (const [source, sentence] of [
        ['[Session & "session = 1"]', /^.*The key source of ClassItself cannot be used: .*it is of type list, and no table or query\.$/],
        ['Trial', /^.*The key source of ClassItself cannot be used: .*its primary key has "trial", which ClassItself lacks\.$/],
      ] as const) {
        const lab = await temporaryLab(context, python, place.server, place.connection, { 'forms.py': text(source) });
        await assert.rejects(lab.open('ClassItself'), { code: 'pipeline', message: sentence });
      }
    });
  });
}
