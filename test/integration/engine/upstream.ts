import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused, sorted } from './describeEngine';

export const upstreamArea = describeEngine('upstream', (engine) => {
  it('gives each table that a make depends on, restricted to its key', async () => {
    const schema = engine.schema();
    const Lab = manual(schema, 'Lab', 'lab : varchar(8)\n---\ncity : varchar(8)');
    const Subject = manual(schema, 'Subject', 'subject : int32\n---\n-> Lab\nname : varchar(8)');
    const Session = manual(schema, 'Session', '-> Subject\nsession : int32\n---\nnote : varchar(8)');
    const Probe = manual(schema, 'Probe', 'probe : int32\n---\nkind : varchar(8)');
    const Method = manual(schema, 'Method', 'method : int32');
    manual(schema, 'Other', '-> Session');
    const seen: unknown[] = [];
    class Sorting extends dj.Computed {
      static override readonly definition: string = "-> Session\n-> Probe.proj(sensor='probe')\n---\n-> [nullable] Method";
      async make(key: dj.Key) {
        const read = async (table: typeof dj.Manual, name: string) => (await this.upstream(table).fetch(name)).map(String);
        seen.push(await read(Session, 'note'), await read(Subject, 'name'), await read(Lab, 'city'), await read(Probe, 'kind'));
        seen.push(await this.upstream('Lab').fetch('city'), await this.upstream(`${schema.schemaName}.Subject`).fetch('name'));
        seen.push(await this.upstream(`${schema.schemaName}.session`).count(), await this.upstream(Sorting).count());
        await refused('query', () => this.upstream(Method), 'Method', 'outside of its primary key');
        await refused('query', () => this.upstream('Other'), '"Other"', 'Sorting');
        await refused('query', () => this.upstream('Nobody'), '"Nobody"');
        await this.insert1(key);
        seen.push(await this.upstream(Sorting).count());
      }
    }
    schema(Sorting);
    await Lab.insert([['a', 'Ankara'], ['b', 'Bonn']]);
    await Subject.insert([[1, 'a', 'one'], [2, 'b', 'two']]);
    await Session.insert([[1, 1, 'early'], [2, 1, 'first'], [2, 2, 'second']]);
    await Probe.insert([[7, 'seven'], [8, 'eight']]);
    assert.equal((await Sorting.populate({ subject: 2, session: 2, sensor: 8 })).successCount, 1);
    assert.deepEqual(seen, [['second'], ['two'], ['Bonn'], ['eight'], ['Bonn'], ['two'], 1, 0, 1]);
    await refused('not_allowed', () => new Sorting().upstream(Session), 'make()');
  });

  it('takes every chain of references to a table', async () => {
    const schema = engine.schema();
    const Person = manual(schema, 'Person', 'person : int32');
    const Pair = manual(schema, 'Pair', "pair : int32\n---\n-> Person.proj(left='person')\n-> Person.proj(right='person')");
    const seen: unknown[] = [];
    class Match extends dj.Computed {
      static override readonly definition: string = '-> Pair';
      async makeFetch() {
        seen.push(sorted(await this.upstream(Person).fetch('person')));
        return 1;
      }
      makeCompute() {
        return 1;
      }
      async makeInsert(key: dj.Key) {
        await this.insert1(key);
      }
    }
    schema(Match);
    await Person.insert([[1], [2], [3], [4]]);
    await Pair.insert([[1, 1, 2], [2, 3, 3]]);
    await Match.populate({ pair: 1 });
    assert.deepEqual(seen, [[1, 2], [1, 2]]);
  });

  it('finds tables that the program has no class for, of other schemas too', async () => {
    const old = engine.schema();
    const Rig = manual(old, 'Rig', 'rig : int32\n---\nplace : varchar(8)');
    const Run = manual(old, 'Run', '-> Rig\nrun : int32');
    await Rig.insert([[1, 'cellar'], [2, 'attic']]);
    await Run.insert([[1, 1], [2, 1]]);
    // Another name for the schema's own tables: what a program that never heard of the classes would see.
    const schema = engine.schema();
    const seen: unknown[] = [];
    class Look extends dj.Computed {
      static override readonly definition: string = `-> \`${old.schemaName}\`.\`run\``;
      async make(key: dj.Key) {
        seen.push(await this.upstream('Rig').fetch1('place'));
        await this.insert1(key);
      }
    }
    schema(Look);
    assert.equal((await Look.populate({ rig: 2 }, { reserveJobs: true })).successCount, 1);
    assert.deepEqual(seen, ['attic']);
    await schema.drop();
  });
});
