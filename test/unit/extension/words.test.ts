import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSummary, TableSummary, WorkerSummary } from '../../../src/engine';
import { keyForClipboard, keyFromText, keyLabel, keysToRestriction, keyToText, shortKeyLabel } from '../../../src/extension/keys';
import { groupBy, jobDescription, messageKind, schemaDescription, seconds, tableDescription, workerDescription } from '../../../src/extension/tree/describe';
import { clock, percent, plural } from '../../../src/extension/words';
import { ago, duration } from '../../../src/protocol';

test('keys as people read them', () => {
  assert.equal(keyLabel({ subject_id: 'c3', session_idx: 3 }), 'subject_id "c3", session_idx 3');
  assert.equal(shortKeyLabel({ subject_id: 'c3', session_idx: 3 }), 'subject "c3", session 3');
  // An ending that tells two attributes apart stays.
  assert.equal(shortKeyLabel({ cell_id: 1, cell_idx: 2 }), 'cell_id 1, cell_idx 2');
  assert.equal(shortKeyLabel({ id: 7 }), 'id 7');
  assert.equal(keyLabel({ hash: new Uint8Array([1, 171]), big: 2n ** 60n }), `hash 0x01ab, big ${2n ** 60n}`);
});

test('a key survives being text, with its types and its order', () => {
  const key = { z: 'a"b', a: -1.5, big: 2n ** 62n, raw: new Uint8Array([0, 255]), flag: true };
  const text = keyToText(key);
  assert.deepEqual(keyFromText(text), key);
  assert.deepEqual(Object.keys(keyFromText(text) ?? {}), Object.keys(key));
  for (const bad of ['', '[]', 'null', '7', '{"a"']) assert.equal(keyFromText(bad), null);
});

test('keys on a command line: one object or a list, and nothing that a task would replace', () => {
  assert.equal(keysToRestriction([{ a: 1 }]), '{"a":1}');
  assert.equal(keysToRestriction([{ a: 1 }, { a: 2 }]), '[{"a":1},{"a":2}]');
  const tricky = keysToRestriction([{ name: '${command:workbench.action.quit}', big: 5n, bigger: 2n ** 60n }]);
  assert.ok(!tricky.includes('$'));
  assert.deepEqual(JSON.parse(tricky), { name: '${command:workbench.action.quit}', big: 5, bigger: '1152921504606846976' });
  assert.throws(() => keysToRestriction([{ raw: new Uint8Array(2) }]), /holds binary data/);
  assert.equal(keyForClipboard({ raw: new Uint8Array([10]), n: 3n }), '{"raw":"0x0a","n":3}');
});

test('numbers and times', () => {
  assert.equal(plural(1, 'key'), '1 key');
  assert.equal(plural(1200, 'key'), '1,200 keys');
  assert.deepEqual([0, 59.6, 3599, 7200, 200_000].map(duration), ['0 s', '1 min', '59 min', '2 h', '2 d']);
  assert.equal(ago(1000, 1500), 'just now');
  assert.equal(ago(0, 120_000), '2 min ago');
  assert.deepEqual([0.002, 0.3, 12].map(seconds), ['2 ms', '0.3 s', '12 s']);
});

test('a time of today is short, another has its date', () => {
  const now = new Date(2026, 2, 5, 23, 59).getTime();
  assert.equal(clock(new Date(2026, 2, 5, 7, 3).getTime(), now), '07:03');
  assert.equal(clock(new Date(2026, 2, 4, 23, 58).getTime(), now), '2026-03-04 23:58');
});

test('a percentage is 0 or 100 only when that is true', () => {
  assert.deepEqual(
    [percent(0, 1000), percent(1, 1000), percent(999, 1000), percent(1000, 1000), percent(0, 0)],
    ['0 %', '1 %', '99 %', '100 %', ''],
  );
});

const table: TableSummary = {
  name: { schema: 'ephys', table: '_trace' },
  className: 'Trace',
  tier: 'imported',
  master: null,
  comment: '',
  rows: 21,
  problem: null,
  progress: { done: 21, total: 24, moreThan: null, atMost: null, problem: null },
  jobs: { pending: 0, reserved: 1, success: 0, error: 3, ignore: 0 },
  layout: 'table',
};

test('tables and schemas', () => {
  assert.equal(tableDescription(table), '21/24 · 1 running · 3 errors');
  assert.equal(tableDescription({ ...table, layout: 'schema' }), '21/24 · 1 running · 3 errors · ~jobs');
  assert.equal(tableDescription({ ...table, progress: null, jobs: null, rows: 1 }), '1 row');
  assert.equal(schemaDescription([table, { ...table, progress: { done: 0, total: 4, moreThan: null, atMost: null, problem: null }, jobs: null }]), '75 % · 3 errors');
  assert.equal(schemaDescription([{ ...table, progress: null, jobs: null }]), '');
});

test('what is not known is not said to be none, and what is wrong is said', () => {
  const unread = { ...table, rows: null, progress: null, jobs: null, problem: 'The file is gone.' };
  assert.equal(tableDescription(unread), 'The file is gone.');
  assert.equal(tableDescription({ ...unread, problem: null }), 'not counted');
  const unknown = { ...table, progress: { done: 21, total: null, moreThan: null, atMost: null, problem: null } };
  assert.equal(tableDescription(unknown), '21 done · 1 running · 3 errors');
  const many = { ...table, progress: { done: 1000, total: null, moreThan: 1_000_000, atMost: null, problem: null } };
  assert.equal(tableDescription(many), '1,000 of more than 1,000,000 · 1 running · 3 errors');
  const own = { ...table, jobs: null, progress: { done: 8, total: null, moreThan: null, atMost: 12, problem: null } };
  assert.equal(tableDescription(own), '8 of ≤ 12, own key source');
  const refused = { ...table, jobs: null, progress: { done: 0, total: null, moreThan: null, atMost: null, problem: 'Cannot join A and B.' } };
  assert.equal(tableDescription(refused), '0 done · Cannot join A and B.');
  assert.equal(schemaDescription([table, unread, unknown, many, refused]), '88 % · 9 errors · 2 problems');
});

const job: JobSummary = {
  table: table.name,
  key: { subject_id: 'c3' },
  status: 'reserved',
  layout: 'table',
  priority: 5,
  message: '',
  worker: { user: 'root', host: 'vm', pid: 4312, connectionId: 17 },
  createdAt: 0,
  scheduledAt: 0,
  reservedAt: 0,
  completedAt: null,
  duration: null,
  version: '',
};

test('jobs', () => {
  assert.equal(jobDescription(job, 12_000), `vm:4312 · since ${clock(0, 12_000)}`);
  assert.equal(jobDescription({ ...job, status: 'error', message: 'RangeError: x\n  more' }, 0), 'RangeError: x');
  assert.equal(jobDescription({ ...job, status: 'pending', scheduledAt: 60_000 }, 0), `at ${clock(60_000, 0)}`);
  assert.equal(jobDescription({ ...job, status: 'pending' }, 1), '');
  assert.equal(jobDescription({ ...job, status: 'success', duration: 2, completedAt: 0 }, 60_000), `2.0 s · ${clock(0, 60_000)}`);
});

test('workers: who makes what, and first of all what is not well', () => {
  const worker: WorkerSummary = {
    user: 'root', host: 'vm', pid: 4312, connectionId: 17, jobs: [job], since: 0, liveness: { verdict: 'alive', reason: '' },
  };
  assert.equal(workerDescription(worker, table, 0), `Trace · subject "c3" · since ${clock(0, 0)} · alive`);
  const gone = { ...worker, jobs: [job, job, job], liveness: { verdict: 'gone', reason: '' } } as const;
  assert.equal(workerDescription(gone, table, 0), `gone · Trace · subject "c3" and 2 more · since ${clock(0, 0)}`);
});

test('errors that differ only in their values are of one kind', () => {
  assert.equal(messageKind('RangeError: gain is zero for {"subject_id":"c3"}'), 'RangeError: gain is zero for …');
  assert.equal(messageKind('Error: row 12 of 40'), messageKind('Error: row 3 of 7'));
  assert.equal(messageKind('TypeError: x is not a function\n at y'), 'TypeError: x is not a function');
  // A value at the very beginning would leave nothing to read.
  assert.equal(messageKind('3 values missing'), '3 values missing');
  assert.ok(messageKind('x'.repeat(5000)).length < 110);
  assert.deepEqual([...groupBy(['b1', 'a1', 'b2'], (text) => text.charAt(0))], [['b', ['b1', 'b2']], ['a', ['a1']]]);
});
