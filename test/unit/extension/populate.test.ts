import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killQuestion } from '../../../src/extension/panels/killQuestion';
import {
  defaultOptions,
  maxCallsProblem,
  populateArguments,
  readOptions,
  restrictionProblem,
} from '../../../src/extension/populate/options';
import type { SessionRow } from '../../../src/protocol';

test('the arguments of djw', () => {
  assert.deepEqual(populateArguments('ephys.Trace', '/p/pipeline.ts', defaultOptions), [
    'ephys.Trace',
    '--pipeline',
    '/p/pipeline.ts',
    '--reserve-jobs',
    '--suppress-errors',
    '--errors-ok',
  ]);
  const options = { reserveJobs: false, suppressErrors: false, maxCalls: 5, restriction: 'session_idx > 3' };
  assert.deepEqual(populateArguments('ephys.Trace', '/p/pipeline.ts', options), [
    'ephys.Trace',
    'session_idx > 3',
    '--pipeline',
    '/p/pipeline.ts',
    '--max-calls',
    '5',
  ]);
  const fromFile = populateArguments('ephys.Trace', '/p/pipeline.ts', { ...defaultOptions, keysFile: '/tmp/keys.json' });
  assert.deepEqual(fromFile.slice(0, 3), ['ephys.Trace', '--keys-from', '/tmp/keys.json']);
});

test('what a person types is checked before anything runs', () => {
  for (const good of ['', '1', ' 20 ']) assert.equal(maxCallsProblem(good), null);
  for (const bad of ['0', '-1', '1.5', 'all', '1e3']) assert.match(maxCallsProblem(bad) ?? '', /whole number/);
  for (const good of ['', 'session_idx > 3', '{"a": 1}', '[{"a": 1}]']) assert.equal(restrictionProblem(good), null);
  assert.match(restrictionProblem('{"a": }') ?? '', /starts like JSON/);
  assert.match(restrictionProblem('name = "${x}"') ?? '', /cannot be passed/);
});

test('stored options are read with care', () => {
  const options = { reserveJobs: false, suppressErrors: true, maxCalls: 3, restriction: 'a = 1' };
  assert.deepEqual(readOptions(JSON.parse(JSON.stringify(options))), options);
  assert.deepEqual(readOptions(undefined), defaultOptions);
  assert.deepEqual(readOptions({ reserveJobs: 'yes', maxCalls: -1, restriction: '{' }), defaultOptions);
});

const session = (id: number, running: string[], waitsFor: number[] = []): SessionRow => ({
  id,
  user: 'chris',
  host: 'localhost',
  db: '',
  command: 'Sleep',
  time: 0,
  state: '',
  info: '',
  pid: id === 33 ? 4312 : null,
  own: false,
  running,
  waitsFor,
});

test('the question before a kill says what dies and what it runs', () => {
  const one = killQuestion([session(33, ['Trace · subject "c3", session 4'])], []);
  assert.equal(one.message, 'Kill session 33 (chris from localhost, pid 4312)?');
  assert.match(one.detail, /Running: Trace · subject "c3", session 4\.\nThe job goes back to the queue/);
  const idle = killQuestion([session(1, [])], []);
  assert.equal(idle.detail, 'It holds no job.');
  const many = killQuestion(Array.from({ length: 12 }, (_, id) => session(id, [`Trace · ${id}`])), []);
  assert.equal(many.button, 'Kill 12');
  const listed = [session(1, []), session(2, [], [1]), session(3, [], [1, 2]), session(4, [], [9])];
  assert.match(killQuestion(listed.slice(0, 1), listed).detail, /\nSessions 2, 3 wait for it\.$/);
  assert.match(killQuestion(listed.slice(0, 2), listed).detail, /\nSession 3 waits for them\.$/);
  assert.match(many.detail, /and 4 more\nRunning: .*; and 4 more\./);
});
