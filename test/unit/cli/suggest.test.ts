import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearest } from '../../../src/cli/suggest';

const names = ['Subject', 'Session', 'Trace', 'Peaks', 'Peaks.Peak'];

test('near names are suggested, far ones are not', () => {
  assert.deepEqual(nearest('Trase', names), ['Trace']);
  assert.deepEqual(nearest('trace', names), ['Trace']);
  assert.deepEqual(nearest('Peak', names), ['Peaks', 'Peaks.Peak']);
  assert.deepEqual(nearest('Sess', names), ['Session']);
  assert.deepEqual(nearest('Elephant', names), []);
  assert.deepEqual(nearest('x', names), []);
  assert.deepEqual(nearest('itme', ['item', 'side']), ['item']);
  assert.equal(didYouMean('Traec', names), ' Did you mean Trace?');
  assert.equal(didYouMean('Elephant', names), '');
});
