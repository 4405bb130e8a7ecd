// Document 001, "Distributed Processing" of the oldest generation, in TypeScript. Its GNU Parallel command is tested with
// the recipes, in processes of their own.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { describeEngine } from './describeEngine';

export const document001 = describeEngine('document 001', (engine) => {
  for (const name of ['makeTuples', '_make_tuples'] as const) {
    it(`parpopulate calls ${name} and makes the schema-wide queue on its first use`, async () => {
      const { schemaName } = engine.schema();
      const myschema = dj.schema(schemaName, { connection: engine.connection });
      let isBroken = true;
      class Input extends dj.Manual {
        static override readonly definition = 'id : int32';
      }
      class MyAnalysis extends dj.Computed {
        static override readonly definition = `
          -> Input
          ---
          result : int32
        `;
        async [name](key: dj.Key) {
          if (isBroken && key['id'] === 2) throw new Error('the camera was off');
          await this.insert1({ ...key, result: 1 });
        }
      }
      myschema(Input);
      myschema(MyAnalysis);
      const hidden = async () =>
        (await engine.connection.catalog.tables([schemaName])).map((table) => table.name.table).filter((table) => table.startsWith('~') && table !== '~lineage');
      await Input.insert([{ id: 1 }, { id: 2 }, { id: 3 }]);
      assert.deepEqual(await hidden(), []);
      const first = await MyAnalysis.parpopulate({ suppressErrors: true });
      assert.deepEqual([first.successCount, first.errorList], [2, [[{ id: 2 }, 'Error: the camera was off']]]);
      assert.deepEqual(await hidden(), ['~jobs']);
      // "or that ended in error during the last execution (the error stack is saved)"
      const [job] = await myschema.jobs.fetch();
      assert.deepEqual([job?.table_name, job?.status], ['__my_analysis', 'error']);
      assert.match(String(job?.error_stack), /the camera was off\n +at /);
      assert.deepEqual(await MyAnalysis.progress(), { remaining: 1, total: 3 });
      isBroken = false;
      await myschema.jobs.delete();
      // MyAnalysis().populate(reserve_jobs=True): the queue that the schema has already.
      assert.equal((await MyAnalysis.populate({ reserveJobs: true })).successCount, 1);
      // "A successful completion of all population tasks will leave the job management table empty."
      assert.equal(await myschema.jobs.count(), 0);
      assert.deepEqual(await hidden(), ['~jobs']);
      assert.deepEqual(await MyAnalysis.progress(), { remaining: 0, total: 3 });
    });
  }
});
