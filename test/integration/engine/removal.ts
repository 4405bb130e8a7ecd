import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';

/** Subject, with two tables below it that meet again in a fourth. */
async function diamond(engine: Engine) {
  const schema = engine.schema();
  const Subject = manual(schema, 'Subject', 'subject : int32\n---\nsex : varchar(1)');
  const Session = manual(schema, 'Session', '-> Subject\nsession : int32');
  const Surgery = manual(schema, 'Surgery', '-> Subject\nsurgery : int32');
  const Both = manual(schema, 'Both', '-> Session\n-> Surgery');
  await Subject.insert([[1, 'M'], [2, 'F'], [3, 'F']]);
  await Session.insert([[1, 1], [1, 2], [2, 1]]);
  await Surgery.insert([[1, 1], [2, 1]]);
  await Both.insert([[1, 1, 1], [1, 2, 1], [2, 1, 1]]);
  const counts = async () => [await Subject.count(), await Session.count(), await Surgery.count(), await Both.count()];
  return { schema, Subject, Session, Surgery, Both, counts };
}

const byTable = (deleted: readonly dj.DeletedRows[]) => deleted.map(({ table, rows }) => [table.replace(/^.*\./, ''), rows]);

export const removal = describeEngine('removal', (engine) => {
  it('deletes what depends on the rows, and says how many of each table', async () => {
    const { Subject, counts } = await diamond(engine);
    const deleted = byTable(await Subject.restrict({ subject: 1 }).delete());
    assert.deepEqual(deleted[0], ['subject', 1]);
    assert.deepEqual(Object.fromEntries(deleted), { subject: 1, session: 2, surgery: 1, both: 2 });
    assert.deepEqual(await counts(), [2, 1, 1, 1]);
    assert.deepEqual(byTable(await Subject.restrict({ subject: 3 }).delete()), [['subject', 1]]);
    assert.deepEqual(byTable(await Subject.restrict({ subject: 99 }).delete()), [['subject', 0]]);
    await Subject.delete();
    assert.deepEqual(await counts(), [0, 0, 0, 0]);
  });

  it('deletes through either side of a diamond', async () => {
    const { Surgery, counts } = await diamond(engine);
    assert.deepEqual(byTable(await Surgery.restrict({ subject: 1 }).delete()), [['surgery', 1], ['both', 2]]);
    assert.deepEqual(await counts(), [3, 3, 1, 1]);
  });

  it('deletes by a restriction that looks at tables which lose rows themselves', async () => {
    const { Subject, Session, Both, counts } = await diamond(engine);
    assert.deepEqual(byTable(await Subject.restrict(Both).restrict(Session.restrict({ session: 2 })).delete()), [['subject', 1], ['session', 2], ['surgery', 1], ['both', 2]]);
    assert.deepEqual(await counts(), [2, 1, 1, 1]);
    await Subject.exclude(Both).delete();
    assert.deepEqual(await Subject.fetch('subject'), [2]);
  });

  it('deletes by every other way to restrict', async () => {
    const { Subject } = await diamond(engine);
    await Subject.restrict(dj.top(1, 'KEY DESC')).delete();
    assert.deepEqual(await Subject.fetch('subject', { orderBy: 'KEY' }), [1, 2]);
    await Subject.exclude('sex = "M"').delete();
    assert.deepEqual(await Subject.fetch('subject'), [1]);
    await Subject.restrict([{ subject: 1 }, { subject: 7 }]).delete();
    assert.equal(await Subject.count(), 0);
  });

  it('follows renamed references and references that are not in the key', async () => {
    const schema = engine.schema();
    const Neuron = manual(schema, 'Neuron', 'neuron : int32');
    const Synapse = manual(schema, 'Synapse', "-> Neuron.proj(pre='neuron')\n-> Neuron.proj(post='neuron')");
    const Note = manual(schema, 'Note', "note : int32\n---\n-> [nullable] Synapse.proj(a='pre', b='post')");
    await Neuron.insert([[1], [2], [3]]);
    await Synapse.insert([[1, 2], [2, 3], [3, 3]]);
    await Note.insert([{ note: 1, a: 1, b: 2 }, { note: 2, a: 3, b: 3 }, { note: 3 }]);
    assert.deepEqual(byTable(await Neuron.restrict({ neuron: 2 }).delete()), [['neuron', 1], ['synapse', 2], ['note', 1]]);
    assert.deepEqual(await Note.fetch('note', { orderBy: 'KEY' }), [2, 3]);
    assert.deepEqual(await Synapse.fetch(), [{ pre: 3, post: 3 }]);
  });

  it('follows references of references when a child has many rows', async () => {
    const schema = engine.schema();
    const A = manual(schema, 'A', 'a : int32');
    const B = manual(schema, 'B', 'b : int32\n---\n-> A');
    const C = manual(schema, 'C', 'c : int32\n---\n-> B');
    await A.insert([[0], [1]]);
    await B.insert(Array.from({ length: 3000 }, (_, b) => [b, b % 2]));
    await C.insert(Array.from({ length: 6000 }, (_, c) => [c, c % 3000]));
    assert.deepEqual(byTable(await A.restrict({ a: 1 }).delete()), [['a', 1], ['b', 1500], ['c', 3000]]);
    assert.equal(await C.restrict(B).count(), 3000);
    assert.equal((await B.restrict(await B.keys()).delete())[0]?.rows, 1500);
  });

  it('takes parts along with their master, and never a part alone', async () => {
    const schema = engine.schema();
    class Scan extends dj.Manual {
      static override readonly definition: string = 'scan : int32';
      static readonly Cell = class Cell extends dj.Part {
        static override readonly definition: string = '-> master\ncell : int32\n---\n-> [nullable] Kind';
      };
    }
    const Kind = manual(schema, 'Kind', 'kind : varchar(4)');
    schema(Scan);
    await Kind.insert([['pyr'], ['int']]);
    await Scan.insert([[1], [2]]);
    await Scan.Cell.insert([[1, 1, 'pyr'], [1, 2, 'int'], [2, 1, null]]);
    await refused('not_allowed', () => Scan.Cell.delete(), 'Scan.Cell', 'master');
    await refused('not_allowed', () => Scan.Cell.restrict({ cell: 1 }).delete(), 'master');
    // A parent of the part alone: its rows would go and leave their master.
    await refused('not_allowed', () => Kind.restrict({ kind: 'pyr' }).delete(), 'Scan.Cell', 'master');
    assert.equal(await Kind.count(), 2);
    assert.equal(await Scan.Cell.count(), 3);
    await refused('not_allowed', () => Scan.Cell.drop(), 'Scan.Cell', 'master');
    await refused('not_allowed', () => Kind.drop(), 'Scan.Cell', 'master');
    assert.deepEqual(byTable(await Scan.restrict({ scan: 1 }).delete()), [['scan', 1], ['scan__cell', 2]]);
    assert.equal(await Scan.Cell.count(), 1);
    await Kind.delete();
  });

  it('deletes quickly only what nothing refers to', async () => {
    const { Subject, Both, counts } = await diamond(engine);
    assert.equal(await Both.restrict({ subject: 1 }).deleteQuick(), 2);
    await refused('integrity', () => Subject.restrict({ subject: 1 }).deleteQuick(), 'subject');
    assert.equal(await Subject.restrict({ subject: 3 }).deleteQuick(), 1);
    assert.deepEqual(await counts(), [2, 3, 2, 1]);
  });

  it('deletes nothing at all when something is in the way', async () => {
    const { Subject, counts } = await diamond(engine);
    await assert.rejects(
      engine.connection.transaction(async () => {
        await Subject.restrict({ subject: 1 }).delete();
        assert.deepEqual(await counts(), [2, 1, 1, 1]);
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    assert.deepEqual(await counts(), [3, 3, 2, 3]);
  });

  it('drops a table with what depends on it, and declares it anew on the next use', async () => {
    const { schema, Subject, Session, counts } = await diamond(engine);
    await Session.drop();
    assert.deepEqual((await schema.listTables()).sort(), ['subject', 'surgery']);
    assert.deepEqual(await counts(), [3, 0, 2, 0]);
    await Subject.drop();
    assert.deepEqual(await schema.listTables(), []);
  });

  it('drops a Computed table together with its job queue', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        await this.insert1(key);
      }
    }
    schema(Result);
    await Source.insert([[1], [2]]);
    await Result.populate({ reserveJobs: true, maxCalls: 1 });
    const hidden = async () => (await engine.connection.catalog.tables([schema.schemaName])).map((spec) => spec.name.table).filter((name) => name.startsWith('~'));
    assert.deepEqual(await hidden(), ['~~result']);
    await Result.drop();
    assert.deepEqual(await hidden(), []);
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 2);
    await Result.delete();
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 2);
  });
});
