import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { onServer } from './support';

const server = onServer(['--log-bin=binlog', '--server-id=1', '--binlog-format=STATEMENT']);

test('where the binary log holds statements, jobs are reserved, made and recorded all the same', async () => {
  const schema = dj.schema('logged', { connection: new dj.Connection(await server.open()) });
  class Source extends dj.Manual {
    static override readonly definition: string = 'k : int32';
  }
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      if (key['k'] === 3) throw new Error('recorded');
      await this.insert1(key);
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert(Array.from({ length: 20 }, (_, k) => ({ k })));
  const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
  assert.deepEqual([successCount, errorList.length], [19, 1]);
  assert.deepEqual(
    (await Result.jobs.fetch()).map((job) => [job['k'], job['status'], job['error_message']]),
    [[3, 'error', 'Error: recorded']],
  );
  assert.equal(await Result.count(), 19);
});
