import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual, refused, sorted } from './describeEngine';

export const references = describeEngine('references', (engine) => {
  it('inherits the key of the parent, types included', async () => {
    const schema = engine.schema();
    const Mouse = manual(schema, 'Mouse', 'lab : varchar(8)\nmouse : int16');
    const Scan = manual(schema, 'Scan', '-> Mouse\nscan : int8');
    await Mouse.insert1(['x', 1]);
    await Scan.insert1({ lab: 'x', mouse: 1, scan: 2 });
    assert.deepEqual(await Scan.keys(), [{ lab: 'x', mouse: 1, scan: 2 }]);
    await refused('invalid_value', () => Scan.insert1({ lab: 'x', mouse: 40_000, scan: 2 }), 'int16');
    await refused('integrity', () => Scan.insert1({ lab: 'y', mouse: 1, scan: 2 }), 'lab', '"y"', 'mouse');
    await refused('integrity', () => Mouse.restrict({ mouse: 1 }).deleteQuick(), 'scan');
  });

  it('renames, refers several times to one parent, and joins through the new names', async () => {
    const schema = engine.schema();
    const Neuron = manual(schema, 'Neuron', 'neuron : int32\n---\nname : varchar(9)');
    const Synapse = manual(schema, 'Synapse', `-> Neuron.proj(pre='neuron')\n-> Neuron.proj(post='neuron')\n---\nweight : float64`);
    await Neuron.insert([[1, 'one'], [2, 'two'], [3, 'three']]);
    await Synapse.insert([[1, 2, 0.5], [2, 3, 0.25], [3, 3, 0]]);
    await refused('integrity', () => Synapse.insert1([1, 9, 1]), 'post', '9');
    const named = Synapse.join(Neuron.proj({ pre: 'neuron', pre_name: 'name' })).join(Neuron.proj({ post: 'neuron', post_name: 'name' }));
    assert.deepEqual(await named.restrict('weight = 0.5').fetch(), [{ pre: 1, post: 2, weight: 0.5, pre_name: 'one', post_name: 'two' }]);
    assert.deepEqual(await Neuron.restrict(Synapse.proj({ neuron: 'post' })).fetch('neuron', { orderBy: 'KEY' }), [2, 3]);
    assert.deepEqual(await Neuron.exclude(Synapse.proj({ neuron: 'post' })).fetch('neuron'), [1]);
  });

  it('may be nullable, unique, or both', async () => {
    const schema = engine.schema();
    const Rig = manual(schema, 'Rig', 'rig : varchar(8)');
    const Owner = manual(schema, 'Owner', 'owner : int32');
    const Session = manual(schema, 'Session', 'session : int32\n---\n-> [nullable] Rig\n-> [nullable, unique] Owner');
    const Locker = manual(schema, 'Locker', 'locker : int32\n---\n-> [unique] Owner');
    await Rig.insert1(['r']);
    await Owner.insert([[1], [2]]);
    await Session.insert([{ session: 1, rig: 'r', owner: 1 }, { session: 2 }, { session: 3, rig: 'r', owner: null }]);
    assert.equal(await Session.restrict({ rig: null }).count(), 1);
    await refused('duplicate', () => Session.insert1({ session: 4, owner: 1 }), 'owner');
    await refused('integrity', () => Session.insert1({ session: 4, rig: 'q' }), 'rig');
    await Locker.insert1([1, 2]);
    await refused('missing_value', () => Locker.insert1({ locker: 2 }), 'owner');
    await refused('duplicate', () => Locker.insert1([2, 2]), 'owner');
    assert.deepEqual(await Session.restrict(Rig).fetch('session', { orderBy: 'KEY' }), [1, 3]);
    assert.deepEqual(await Session.exclude(Rig).fetch('session'), [2]);
  });

  it('go across schemas, by class name when one schema has it, else with the schema', async () => {
    const [lab, other, rig] = [engine.schema(), engine.schema(), engine.schema()];
    const Person = manual(lab, 'CrossPerson', 'person : int32');
    const Booking = manual(rig, 'Booking', `booking : int32\n---\n-> CrossPerson`);
    await Person.insert1([1]);
    await Booking.insert1([1, 1]);
    await refused('integrity', () => Booking.insert1([2, 2]), 'person');
    manual(other, 'CrossPerson', 'person : int32');
    const Ambiguous = manual(rig, 'Ambiguous', '-> CrossPerson');
    await refused('unknown_table', () => Ambiguous.count(), lab.schemaName, other.schemaName);
    const Clear = manual(rig, 'Clear', `-> ${lab.schemaName}.CrossPerson`);
    await Clear.insert1([1]);
    assert.equal(await Clear.join(Booking).count(), 1);
    const deleted = await Person.delete();
    assert.deepEqual(sorted(deleted.map(({ rows }) => rows)), [1, 1, 1]);
    await refused('integrity', () => lab.drop(), rig.schemaName);
    assert.equal(await Person.count(), 0);
    await rig.drop();
    await lab.drop();
  });

  it('bind a part to its master', async () => {
    const schema = engine.schema();
    class Scan extends dj.Manual {
      static override readonly definition: string = 'scan : int32';
      static readonly Cell = class Cell extends dj.Part {
        static override readonly definition: string = '-> master\ncell : int32\n---\nx : float64';
      };
      static readonly Pair = class Pair extends dj.Part {
        static override readonly definition: string = `-> Scan.Cell.proj(one='cell')\n-> Scan.Cell.proj(two='cell')`;
      };
    }
    schema(Scan);
    const Reading = manual(schema, 'Reading', '-> Scan.Cell\n---\nvalue : float64');
    await Scan.insert([[1], [2]]);
    await Scan.Cell.insert([[1, 1, 0.5], [1, 2, 0.75], [2, 1, 0]]);
    await Scan.Pair.insert([{ scan: 1, one: 1, two: 2 }]);
    await Reading.insert1([1, 2, 9]);
    await refused('integrity', () => Scan.Cell.insert1([3, 1, 0]), 'scan');
    await refused('integrity', () => Scan.Pair.insert1({ scan: 1, one: 1, two: 9 }), 'two');
    assert.match(await Scan.Cell.describe(), /-> (master|Scan)\n/);
    assert.equal(await Scan.join(Scan.Cell).join(Reading).count(), 1);
    assert.deepEqual((await schema.listTables()).sort(), ['reading', 'scan', 'scan__cell', 'scan__pair']);
  });

  it('share an attribute between two parents of one origin', async () => {
    const schema = engine.schema();
    const Subject = manual(schema, 'Subject', 'subject : int32');
    const Session = manual(schema, 'Session', '-> Subject\nsession : int32');
    const Surgery = manual(schema, 'Surgery', '-> Subject\nsurgery : int32');
    const Both = manual(schema, 'Both', '-> Session\n-> Surgery');
    await Subject.insert([[1], [2]]);
    await Session.insert([[1, 1], [2, 1]]);
    await Surgery.insert([[1, 5]]);
    await Both.insert1({ subject: 1, session: 1, surgery: 5 });
    await refused('integrity', () => Both.insert1({ subject: 2, session: 1, surgery: 5 }));
    assert.deepEqual(await Session.join(Surgery).keys(), [{ subject: 1, session: 1, surgery: 5 }]);
  });

  it('refuses types that differ, names that do not exist, names that clash', async () => {
    const schema = engine.schema();
    manual(schema, 'One', 'k : int32\n---\nx : int8');
    await refused('definition', () => manual(schema, 'Typed', 'k : int64\n---\n-> One').count(), 'Typed', 'line 3', 'int64', 'int32');
    await refused('definition', () => manual(schema, 'Renamed', `-> One.proj(j='kk')`).count(), 'line 1', 'kk');
    await refused('unknown_table', () => manual(schema, 'Typo', '-> Onee').count(), 'Typo', 'Onee');
  });
});
