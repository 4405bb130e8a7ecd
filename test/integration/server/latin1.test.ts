/** Schemas made before MySQL 8 are in latin1: what a make() says may have characters that their queues cannot hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { counts, none } from '../engine/jobCounts';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();

for (const jobs of ['table', 'schema'] as const) {
  test(`a failure whose message latin1 cannot hold is recorded, and the other keys are made (queue of the ${jobs})`, async () => {
    const connection = await lab.connect();
    const { schemaName } = lab.schema(connection);
    await connection.catalog.createSchema(schemaName);
    await connection.executor.run({ sql: `ALTER DATABASE ${schemaName} CHARACTER SET latin1 COLLATE latin1_swedish_ci`, values: [] });
    const schema = dj.schema(schemaName, { connection, jobs });
    class Source extends dj.Manual {
      static override readonly definition: string = 'k : int32';
    }
    const said = ['the value must be \u2265 3', 'Gr\u00f6\u00dfe \u{1f600}', 'half \ud83d', 'plain', '\u2265'.repeat(3000)];
    class Result extends dj.Computed {
      static override readonly definition: string = '-> Source';
      async make(key: dj.Key) {
        const message = said[Number(key['k'])];
        if (message === undefined) {
          await this.insert1(key);
          return;
        }
        process.stdout.write(`${message}\n`);
        throw new RangeError(message);
      }
    }
    schema(Source);
    schema(Result);
    await Source.insert(Array.from({ length: said.length + 2 }, (_, k) => [k]));
    const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
    assert.deepEqual([successCount, errorList.length], [2, said.length]);
    assert.deepEqual(await counts(Result), { ...none, error: said.length });
    const overview = dj.createOverview(connection);
    const told = [];
    for (const k of said.keys()) told.push((await overview.job({ schema: schemaName, table: '__result' }, { k })).job);
    assert.deepEqual(
      told.map((job) => job?.message.slice(0, 40)),
      ['RangeError: the value must be ? 3', 'RangeError: Gr\u00f6\u00dfe ?', 'RangeError: half ?', 'RangeError: plain', `RangeError: ${'?'.repeat(28)}`],
    );
    assert.match(told[0]?.stack ?? '', /^RangeError: the value must be \u2265 3\n[^]*Printed by make\(\) before:\n\| the value must be \u2265 3$/);
    assert.equal(told[4]?.message.length, 2047);
  });
}
