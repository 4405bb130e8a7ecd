import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableSummary } from '../../../src/engine';
import { countsText, failureText } from '../../../src/extension/marks/words';

const table: TableSummary = {
  name: { schema: 'ephys', table: '_trace' },
  className: 'Trace',
  tier: 'imported',
  master: null,
  comment: '',
  rows: 21,
  progress: { done: 21, total: 24, moreThan: null, atMost: null, problem: null },
  jobs: { pending: 2, reserved: 1, success: 0, error: 3, ignore: 0 },
  layout: 'table',
  problem: null,
};

test('what stands above a make()', () => {
  assert.equal(countsText(table), '21/24 · 2 pending · 1 running · 3 errors');
  assert.equal(countsText({ ...table, jobs: null }), '21/24');
  assert.equal(countsText({ ...table, jobs: { pending: 0, reserved: 0, success: 9, error: 1, ignore: 0 } }), '21/24 · 1 error');
  assert.equal(countsText({ ...table, progress: null, jobs: null }), '');
  assert.equal(countsText({ ...table, progress: { done: 5, total: null, moreThan: null, atMost: null, problem: null }, jobs: null }), '5 done');
  assert.equal(countsText(null), '');
});

test('what stands on a line that failed', () => {
  assert.equal(failureText('Trace', 'RangeError: gain is zero\nand more', 1), 'Trace: RangeError: gain is zero');
  assert.equal(failureText('Trace', 'RangeError: gain is zero', 3), 'Trace: RangeError: gain is zero (3 keys)');
});
