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

/** Recordings of animals, whose channels use probes: of the same animal or of another one. */
async function probes(engine: Engine) {
  const schema = engine.schema();
  const Animal = manual(schema, 'Animal', 'animal : int32');
  const Probe = manual(schema, 'Probe', '-> Animal\nprobe : int32');
  class Recording extends dj.Manual {
    static override readonly definition: string = '-> Animal\nrec : int32';
    static readonly Channel = class Channel extends dj.Part {
      static override readonly definition: string = "-> master\n---\n-> [nullable] Probe.proj(owner='animal', used='probe')";
    };
  }
  schema(Recording);
  const Result = manual(schema, 'Result', '-> Recording');
  const counts = async () => [await Animal.count(), await Probe.count(), await Recording.count(), await Recording.Channel.count(), await Result.count()];
  await counts();
  return { schema, Animal, Probe, Recording, Result, counts };
}

/** A table that refers to itself, which no definition can say. */
async function tree(engine: Engine) {
  const schema = engine.schema();
  const Node = manual(schema, 'Node', 'n : int32\n---\nparent = null : int32');
  await Node.insert([[0, null]]);
  const { connection } = engine;
  const spec = await connection.catalog.table({ schema: schema.schemaName, table: 'node' });
  if (spec === null) throw new Error('the table was just declared');
  await Node.drop();
  const foreignKeys = [{ parent: spec.name, columns: [{ child: 'parent', parent: 'n' }] }];
  await connection.transaction(async (transaction) => {
    for (const statement of connection.dialect.createTable({ ...spec, foreignKeys })) await transaction.run(statement);
  });
  const node = await dj.freeTable(`${schema.schemaName}.Node`, { connection });
  for (const values of [[1, null], [2, 1], [3, 2]] as const) {
    await connection.executor.run({ sql: `INSERT INTO ${connection.dialect.tableReference(spec.name)} VALUES (?, ?)`, values });
  }
  return { schema, node };
}

/** The same object with some members replaced. */
function overlaid<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const member: unknown = name in members ? members[name as keyof T] : Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
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

  it('takes no row of a part whose own master stays, though other rows of its master go', async () => {
    const { Animal, Probe, Recording, counts } = await probes(engine);
    await Animal.insert([[1], [2]]);
    await Probe.insert([[1, 1], [2, 2]]);
    await Recording.insert([[1, 4], [2, 5]]);
    await Recording.Channel.insert([{ animal: 1, rec: 4, owner: 1, used: 1 }, { animal: 2, rec: 5, owner: 1, used: 1 }]);
    await refused('not_allowed', () => Animal.restrict({ animal: 1 }).delete(), 'Recording.Channel', 'master', "'cascade'", "'ignore'");
    assert.deepEqual(await counts(), [2, 2, 2, 2, 0]);
    assert.deepEqual(byTable(await Animal.restrict({ animal: 1 }).delete({ partIntegrity: 'ignore' })), [['animal', 1], ['probe', 1], ['recording', 1], ['recording__channel', 2]]);
    assert.deepEqual(await counts(), [1, 1, 1, 0, 0]);
  });

  it('takes the masters along where partIntegrity says cascade, with all that depends on them', async () => {
    const { Animal, Probe, Recording, Result, counts } = await probes(engine);
    await Animal.insert([[1], [2], [3]]);
    await Probe.insert([[1, 1], [3, 3]]);
    await Recording.insert([[2, 5], [3, 6], [3, 7]]);
    await Recording.Channel.insert([{ animal: 2, rec: 5, owner: 1, used: 1 }, { animal: 3, rec: 6, owner: 3, used: 3 }, { animal: 3, rec: 7, owner: null, used: null }]);
    await Result.insert([[2, 5], [3, 7]]);
    assert.deepEqual(byTable(await Animal.restrict({ animal: 1 }).delete({ partIntegrity: 'cascade' })), [['animal', 1], ['probe', 1], ['recording', 1], ['recording__channel', 1], ['result', 1]]);
    assert.deepEqual(await counts(), [2, 1, 2, 2, 1]);
    const deleted = byTable(await Recording.Channel.restrict({ rec: 7 }).delete({ partIntegrity: 'cascade' }));
    assert.deepEqual([deleted[0], Object.fromEntries(deleted)], [['recording__channel', 1], { recording: 1, recording__channel: 1, result: 1 }]);
    await refused('not_allowed', () => Recording.Channel.delete(), 'Recording.Channel', "'cascade'", "'ignore'");
    assert.deepEqual(byTable(await Recording.Channel.delete({ partIntegrity: 'ignore' })), [['recording__channel', 1]]);
    assert.deepEqual(await counts(), [2, 1, 1, 0, 0]);
    for (const partIntegrity of ['casade', 'Enforce', '']) {
      await refused('usage', () => Animal.delete({ partIntegrity: partIntegrity as 'enforce' }), 'partIntegrity', "'enforce' or 'ignore' or 'cascade'");
    }
  });

  it('keeps the rule of parts for long lists of keys too', async () => {
    const { Animal, Probe, Recording, counts } = await probes(engine);
    const ids = Array.from({ length: 1300 }, (_, id) => id);
    await Animal.insert(ids.map((id) => [id]));
    await Probe.insert(ids.map((id) => [id, 0]));
    await Recording.insert(ids.map((id) => [id, 0]));
    // A channel of each recording is on the probe of an animal far away in the list.
    await Recording.Channel.insert(ids.map((id) => ({ animal: id, rec: 0, owner: (id + 700) % 1300, used: 0 })));
    await refused('not_allowed', () => Animal.restrict(Probe.restrict('animal <> 1000').proj()).delete(), 'Recording.Channel');
    assert.deepEqual(await counts(), [1300, 1300, 1300, 1300, 0]);
    assert.deepEqual(byTable(await Animal.restrict(Probe.proj()).delete()), [['animal', 1300], ['probe', 1300], ['recording', 1300], ['recording__channel', 1300]]);
  });

  it('shows before a delete exactly what goes, and leaves it when that is refused', async () => {
    const { Animal, Probe, Recording, counts } = await probes(engine);
    await Animal.insert([[1], [2]]);
    await Probe.insert([[1, 1]]);
    await Recording.insert([[2, 5]]);
    await Recording.Channel.insert([{ animal: 2, rec: 5, owner: 1, used: 1 }]);
    const asked: dj.Removal[] = [];
    dj.setConfirmation(async (removal) => {
      asked.push(removal);
      return false;
    });
    try {
      await refused('not_allowed', () => Animal.restrict({ animal: 1 }).delete({ prompt: true }), 'Recording.Channel');
      assert.deepEqual(await Animal.restrict({ animal: 1 }).delete({ prompt: true, partIntegrity: 'cascade' }), []);
      assert.deepEqual(asked.map(({ tables }) => byTable(tables)), [[['animal', 1], ['probe', 1], ['recording', 1], ['recording__channel', 1]]]);
      assert.deepEqual(await counts(), [2, 1, 1, 1, 0]);
      await refused('not_allowed', () => engine.connection.transaction(() => Animal.delete({ prompt: true })), 'inside a transaction', '{ prompt: false }');
    } finally {
      dj.setConfirmation(null);
    }
  });

  it('knows a table that another process has declared since', async () => {
    const { schema, Subject, counts } = await diamond(engine);
    let meanwhile: (() => Promise<void>) | null = async () => {
      await manual(schema, 'Late', '-> Subject\nlate : int32').insert([[1, 1]]);
    };
    const { database } = engine.connection;
    // Declares another table between the reading of the references and the delete.
    const tablesNamed: dj.Database['catalog']['tablesNamed'] = async (names) => {
      const found = await database.catalog.tablesNamed(names);
      const once = names.length > 1 ? meanwhile : null;
      if (once !== null) meanwhile = null;
      await once?.();
      return found;
    };
    const connection = new dj.Connection(overlaid(database, { catalog: overlaid(database.catalog, { tablesNamed }) }));
    const free = await dj.freeTable(`${schema.schemaName}.Subject`, { connection });
    assert.deepEqual(Object.fromEntries(byTable(await free.restrict({ subject: 1 }).delete())), { subject: 1, late: 1, session: 2, surgery: 1, both: 2 });
    assert.equal(meanwhile, null);
    assert.deepEqual(await counts(), [2, 1, 1, 1]);
    assert.equal(await Subject.count(), 2);
  });

  it('says of a table that refers to itself that its rows cannot be deleted along with what depends on them', async () => {
    const { schema, node } = await tree(engine);
    await refused('not_allowed', () => node.restrict({ n: 1 }).delete(), 'node refers to itself', 'acyclic');
    assert.equal(await node.count(), 3);
    for (const n of [3, 2, 1]) assert.equal(await node.restrict({ n }).deleteQuick(), 1);
    await schema.drop();
  });

  it('deletes quickly only what nothing refers to', async () => {
    const { Subject, Both, counts } = await diamond(engine);
    assert.equal(await Both.restrict({ subject: 1 }).deleteQuick(), 2);
    await refused('integrity', () => Subject.restrict({ subject: 1 }).deleteQuick(), 'subject');
    assert.equal(await Subject.restrict({ subject: 3 }).deleteQuick(), 1);
    assert.deepEqual(await counts(), [2, 3, 2, 1]);
    assert.equal(await Both.restrict(dj.top(1)).deleteQuick(), 1);
    assert.equal(await Both.count(), 0);
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

  it('drops a part alone only where partIntegrity says ignore, and nothing inside a transaction', async () => {
    const { schema, Probe, Recording } = await probes(engine);
    await refused('not_allowed', () => Recording.Channel.drop(), 'Recording.Channel', 'master', "'ignore'");
    await refused('not_allowed', () => Probe.drop(), 'Recording.Channel');
    await refused('usage', () => Probe.drop({ partIntegrity: 'cascade' as 'ignore' }), "'enforce' or 'ignore'");
    await refused('not_allowed', () => engine.connection.transaction(() => Probe.drop()), 'inside a transaction');
    assert.equal((await schema.listTables()).length, 5);
    await Probe.drop({ partIntegrity: 'ignore' });
    assert.deepEqual(await schema.listTables(), ['animal', 'recording', 'result']);
    assert.equal(await Recording.Channel.count(), 0, 'declared anew');
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
