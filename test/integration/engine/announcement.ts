import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine, manual } from './describeEngine';

/** For databases whose list of sessions does not show by itself what each runs. */
export const announcement = describeEngine('announcement of populate', (engine) => {
  it('says in the list of sessions what it is populating', async () => {
    const schema = engine.schema();
    const Source = manual(schema, 'Source', 'k : int32');
    const own = async () => (await engine.connection.sessions.list()).filter((session) => session.own).map(({ command, info }) => [command, info]);
    const seen: unknown[] = [];
    class Watched extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make() {
        seen.push(...(await engine.connection.outside(own)));
        throw new Error('enough');
      }
    }
    schema(Watched);
    await Source.insert1([1]);
    await assert.rejects(Watched.populate({ reserveJobs: true }), /enough/);
    assert.deepEqual(seen, [['Populate', `populate ${schema.schemaName}.Watched`]]);
    assert.deepEqual(await own(), [['Sleep', null]]);
  });
});
