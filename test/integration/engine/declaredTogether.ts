// Sessions that declare tables at the same moment, as workers that start together do.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine } from './describeEngine';
import { workTables } from './workTables';

const SESSIONS = 6;
const ROUNDS = 5;

export const declaredTogether = describeEngine('declared together', (engine) => {
  it('every session has the tables, their queue and their lineage, whatever the others declare', async () => {
    const connections = await Promise.all(
      Array.from({ length: SESSIONS }, async () => new dj.Connection(await dj.openDatabase(engine.spec, { program: 'test session' }))),
    );
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const schema = engine.schema();
        await Promise.all(
          connections.map(async (connection) => {
            const { Source, Result } = workTables(dj.schema(schema.schemaName, { connection }), () => undefined);
            await Source.insert([{ k: 0 }], { skipDuplicates: true });
            assert.equal(await Result.count(), 0);
            assert.equal(await Result.Item.count(), 0);
            assert.equal((await Result.jobs.refresh()).added <= 1, true);
          }),
        );
        const { Result } = workTables(schema, () => undefined);
        assert.equal((await Result.jobs.progress()).total, 1);
        assert.deepEqual((await schema.listTables()).sort(), ['__result', '__result__item', 'source']);
        // The queries below match attributes by lineage: one that was not recorded would be another attribute of that name.
        assert.equal(await Result.join(Result.Item).count(), 0);
      }
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
    }
  });
});
