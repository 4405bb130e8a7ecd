import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchSize } from '../../../src/engine/populate/batch';
import { budgetOf } from '../../../src/engine/populate/budget';

test('a batch grows with fast makes and holds a quarter of a second of work', () => {
  const batch = new BatchSize(1);
  assert.deepEqual([null, 1e-4, 1e-4, 1e-4, 1e-4].map((seconds) => batch.next(seconds)), [1, 2, 4, 8, 16]);
  for (let i = 0; i < 10; i++) batch.next(1e-4);
  assert.equal(batch.next(1e-4), 100);
  assert.deepEqual([batch.next(0.025), batch.next(0.1), batch.next(60)], [10, 2, 1]);
});

test('a worker that makes several keys at once takes as many at least', () => {
  const batch = new BatchSize(8);
  assert.deepEqual([batch.next(null), batch.next(60), batch.next(0.1), batch.next(0.1)], [8, 8, 16, 20]);
});

test('a budget grants what is left, and again what comes back', async () => {
  const budget = budgetOf(5);
  assert.deepEqual([await budget.take(3), await budget.take(3), await budget.take(3)], [3, 2, 0]);
  budget.giveBack(1);
  assert.deepEqual([await budget.take(3), await budget.take(3)], [1, 0]);
  assert.equal(await budgetOf(null).take(1000), 1000);
  assert.equal(await budgetOf(0).take(1), 0);
});
