// Queues that do not fit the table whose name they carry, and tables that can have no queue.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';
import { counts, none } from './jobCounts';

/** A Computed table of that key. What of the queue is left when the table is dropped by other means is looked at by each test. */
function generation(schema: dj.Schema, definition: string): typeof dj.Computed {
  class Result extends dj.Computed {
    static override readonly definition: string = `${definition}\n---\nv : int32`;
    async make(key: dj.Key) {
      await this.insert1({ ...key, v: 1 });
    }
  }
  schema(Result);
  return Result;
}

/** A first Result whose key is `before`, dropped as datajoint-python does it: its queue stays. Then a Result of the key `after`. */
async function redeclared(engine: Engine, before: string, after: string, meanwhile: (first: typeof dj.Computed) => Promise<unknown> = async () => undefined) {
  const { schemaName } = engine.schema();
  const { connection } = engine;
  const schema = dj.schema(schemaName, { connection });
  const A = manual(schema, 'A', 'a : int32');
  const M = manual(schema, 'M', 'm : int32');
  await A.insert([[1], [2]]);
  await M.insert([[1], [2]]);
  const first = generation(schema, before);
  assert.ok((await first.jobs.refresh()).added > 0);
  await meanwhile(first);
  const { catalog, database } = connection;
  await catalog.dropTables([{ schema: schemaName, table: '__result' }]);
  // Another program: it knows nothing of the first.
  const again = dj.schema(schemaName, { connection: new dj.Connection(database) });
  manual(again, 'A', 'a : int32');
  manual(again, 'M', 'm : int32');
  return { Result: generation(again, after), connection, queue: { schema: schemaName, table: '~~result' } };
}

export const leftQueues = describeEngine('queues that were left', (engine) => {
  it('of a table whose key was another are made anew, whichever key is the longer', async () => {
    for (const [before, after, keys] of [['-> A', '-> A\n-> M', 4], ['-> A\n-> M', '-> A', 2], ['-> A', '-> M', 2]] as const) {
      const { Result } = await redeclared(engine, before, after);
      assert.deepEqual(await Result.populate({ reserveJobs: true }), { successCount: keys, skippedCount: 0, errorList: [] });
      assert.deepEqual(await counts(Result), none);
      assert.deepEqual(await Result.progress(), { remaining: 0, total: keys });
    }
  });

  it('of a table with the same key go on', async () => {
    const { Result } = await redeclared(engine, '-> A', '-> A', (first) => first.jobs.ignore({ a: 2 }));
    assert.equal((await Result.populate({ reserveJobs: true })).successCount, 1);
    assert.deepEqual(await counts(Result), { ...none, ignore: 1 });
  });

  it('stay while jobs of the earlier table are reserved, with a sentence that names the queue', async () => {
    const { Result, connection, queue } = await redeclared(engine, '-> A', '-> A\n-> M', async (first) => {
      const table = engine.connection.dialect.tableReference((await first.jobs.table()).jobs.name);
      await engine.connection.executor.run({ sql: `UPDATE ${table} SET status = 'reserved' WHERE a = 1`, values: [] });
    });
    const sentence = [`${queue.schema}.~~result`, 'whose key was a and not a, m', '1 job of it is reserved', 'drop the table'];
    await refused('not_allowed', () => Result.populate({ reserveJobs: true }), ...sentence);
    assert.equal((await Result.populate()).successCount, 4, 'without the queue');
    await connection.catalog.dropTables([queue]);
    assert.deepEqual(await counts(Result), none);
  });

  it('that are no queues are left alone', async () => {
    const { Result, connection, queue } = await redeclared(engine, '-> M', '-> A');
    const { attributes } = (await connection.catalog.table({ schema: queue.schema, table: 'm' })) ?? assert.fail();
    const stranger = { name: queue, comment: '', attributes, foreignKeys: [], indexes: [] };
    await connection.catalog.dropTables([queue]);
    for (const statement of connection.dialect.createTable(stranger)) await connection.executor.run(statement);
    await refused('corrupt', () => Result.populate({ reserveJobs: true }), `${queue.schema}.~~result is not the job queue of Result`);
    assert.equal((await Result.populate()).successCount, 2);
  });

  it('a key attribute named like a column of every queue: one sentence, and direct populate works', async () => {
    for (const [name, type] of [['version', 'varchar(20)'], ['user', 'varchar(10)'], ['status', 'varchar(10)'], ['priority', 'int32'], ['created_time', 'varchar(10)'], ['error_stack', 'int32']] as const) {
      const schema = engine.schema();
      const Code = manual(schema, 'Code', `${name} : ${type}`);
      class Check extends dj.Computed {
        static override readonly definition: string = '-> Code';
        async make(key: dj.Key) {
          await this.insert1(key);
        }
      }
      class Renamed extends dj.Computed {
        static override readonly definition: string = `-> Code.proj(code_${name}='${name}')`;
        async make(key: dj.Key) {
          await this.insert1(key);
        }
      }
      schema(Check);
      schema(Renamed);
      await Code.insert1({ [name]: type === 'int32' ? 1 : '1.0' });
      const sentence = [`Check can have no job queue: its key attribute "${name}"`, `-> Parent.proj(parent_${name}='${name}')`, 'populate without reserveJobs'];
      await refused('definition', () => Check.populate({ reserveJobs: true }), ...sentence);
      await refused('definition', () => Check.jobs.progress(), ...sentence);
      assert.equal((await Check.populate()).successCount, 1);
      assert.equal((await Renamed.populate({ reserveJobs: true })).successCount, 1);
      assert.equal((await Check.delete()).length, 1);
      assert.equal((await Check.parpopulate()).successCount, 1, 'the schema-wide queue has keys of its own kind');
    }
  });
});
