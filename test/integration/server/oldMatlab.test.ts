/** A `~jobs` table as early DataJoint for MATLAB made it: fewer columns, and the key under another name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { workTables } from '../engine/workTables';
import { ServerUnderTest } from './onServer';

const lab = new ServerUnderTest();

test('a queue without user, connection and version columns is read, cleared and worked on', async () => {
  const connection = await lab.connect();
  const schema = lab.schema(connection);
  const { Source, Result } = workTables(schema, (k) => {
    if (k === 1) throw new RangeError('no 1');
  });
  await Source.insert([{ k: 0 }, { k: 1 }, { k: 2 }]);
  await Result.count();
  const name = schema.schemaName;
  await lab.server.sql(
    `CREATE TABLE ${name}.\`~jobs\` (table_name VARCHAR(255) NOT NULL, key_hash CHAR(32) NOT NULL, ` +
      "status ENUM('reserved','error','ignore') NOT NULL, error_key BLOB NULL, error_message VARCHAR(1023) NOT NULL DEFAULT '', " +
      "error_stack BLOB NULL, host VARCHAR(255) NOT NULL DEFAULT '', pid INT UNSIGNED NOT NULL DEFAULT 0, " +
      'timestamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (table_name, key_hash))',
  );
  const key = Buffer.from(dj.pack(new dj.MatStruct([{ k: new Float64Array([2]) }]))).toString('hex');
  await lab.server.sql(
    `INSERT INTO ${name}.\`~jobs\` (table_name, key_hash, status, error_key, error_message) ` +
      `VALUES ('lab.Result', 'bWF0bGFiIGhhc2hlcyBsb29rIGxpa2Uh', 'error', X'${key}', 'Undefined function')`,
  );
  const overview = dj.createOverview(connection);
  const target = { schema: name, table: '__result' };
  const { jobs } = await overview.jobs(target, 'error', { limit: 10, offset: 0 });
  assert.deepEqual(jobs.map(({ key: each, message, worker }) => [each, message, worker]), [[{ k: 2 }, 'Undefined function', null]]);
  assert.equal(await overview.clear(target, [{ k: 2 }]), 1);

  const { successCount, errorList } = await Result.populate({ reserveJobs: true, suppressErrors: true });
  assert.deepEqual([successCount, errorList], [2, [[{ k: 1 }, 'RangeError: no 1']]]);
  const failed = await overview.job(target, { k: 1 });
  assert.equal(failed.job?.message, 'RangeError: no 1');
  assert.equal(await overview.retry(target, [{ k: 1 }]), 1);
  assert.equal(await lab.server.sql(`SELECT COUNT(*) FROM ${name}.\`~jobs\``), '0');
});
