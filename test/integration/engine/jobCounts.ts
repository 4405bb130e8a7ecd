import assert from 'node:assert/strict';
import type * as dj from '../../../src/engine';

/** The jobs of a table by status; the total is checked. */
export const counts = async (table: { jobs: dj.JobQueue }) => {
  const { pending, reserved, success, error, ignore, total } = await table.jobs.progress();
  assert.equal(total, pending + reserved + success + error + ignore);
  return { pending, reserved, success, error, ignore };
};

export const none = { pending: 0, reserved: 0, success: 0, error: 0, ignore: 0 };
