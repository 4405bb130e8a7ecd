import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from '../../../src/cli/progressLine';
import { ProgressReport } from '../../../src/cli/progressReport';
import type { Terminal } from '../../../src/cli/terminal';

const plain = (text: string): string => text;
const state = { label: 'Trace', done: 14, total: 24, errors: 1, elapsed: 4.4 };

test('the line holds bar, counts, rate, times and errors', () => {
  const line = progressLine(state, 80, plain);
  assert.match(line, /^Trace {2}█+░+ {2}14\/24 {2}58 % {3}3\.2\/s {3}0:04 < 0:03 {3}1 error$/);
});

test('the line fits any width and gives up the least important first', () => {
  let previous = Infinity;
  for (let columns = 120; columns >= 30; columns--) {
    const line = progressLine(state, columns, plain);
    assert.ok(line.length < columns, `${columns}: ${line}`);
    assert.ok(line.length <= previous);
    assert.match(line, /Trace .*14\/24 {2}58 % .*1 error/);
    previous = line.length;
  }
  assert.doesNotMatch(progressLine(state, 42, plain), /\/s/);
});

test('nothing done and everything done', () => {
  assert.match(progressLine({ ...state, done: 0, errors: 0, elapsed: 0 }, 80, plain), /0\/24 {2}0 % {3}0:00$/);
  assert.match(
    progressLine({ ...state, done: 24, errors: 0, elapsed: 48 }, 80, plain),
    /24\/24 {2}100 % {3}0\.5\/s {3}0:48$/,
  );
  assert.match(progressLine({ ...state, done: 2, elapsed: 7300 }, 80, plain), /3650\.0 s each {3}2:01:40 < 22:18:20/);
});

function recorder(interactive: boolean, columns: number): { terminal: Terminal; lines: string[]; bottoms: string[] } {
  const lines: string[] = [];
  const bottoms: string[] = [];
  const terminal: Terminal = {
    interactive,
    asks: false,
    columns,
    paint: { red: plain, dim: plain, bold: plain },
    line: (text) => lines.push(text),
    lines: (text) => lines.push(text),
    complain: (text) => lines.push(text),
    complainAtLength: (text) => lines.push(text),
    question: () => Promise.reject(new Error('nothing is asked here')),
    bottom: (text) => bottoms.push(text),
    keepOutputClean: () => undefined,
    outputIsClean: false,
    leftUnfinished: () => undefined,
  };
  return { terminal, lines, bottoms };
}

const error = {
  message: 'RangeError: gain is zero\nfor good',
  stack:
    'RangeError: gain is zero\n    at scale (/lab/detect.ts:9:1)\n    at Trace.make (/lab/pipeline.ts:52:24)\n    at run (/engine/engine.js:1:1)',
};
const stackContext = { workspaceFolders: ['/lab'], engineFolders: ['/engine'] };
const options = { label: 'Trace', cwd: '/lab', stackContext };

test('an error is a line with key, message and the line of make()', () => {
  const { terminal, lines, bottoms } = recorder(true, 80);
  const report = new ProgressReport(terminal, options);
  report.follow({ type: 'start', total: 2 });
  report.follow({ type: 'error', seconds: 1, key: { subject_id: 'c3', session_idx: 3 }, done: 1, total: 2, error });
  report.follow({ type: 'skipped', seconds: 1, key: { subject_id: 'c3', session_idx: 4 }, done: 2, total: 2 });
  report.follow({ type: 'end', done: 2, total: 2 });
  assert.deepEqual(lines, ['✗ subject_id "c3", session_idx 3   RangeError: gain is zero f…   pipeline.ts:52']);
  assert.equal(bottoms.at(-1), '');
  assert.match(bottoms.at(-2) ?? '', /2\/2 .* 1 error$/);
  assert.match(report.summary('Done'), /^Done: 0 computed, 1 error, 1 skipped in \d+\.\d s\.$/);
});

test('on a narrow terminal the place has a line of its own', () => {
  const { terminal, lines } = recorder(true, 60);
  const report = new ProgressReport(terminal, options);
  report.follow({ type: 'error', seconds: 1, key: { subject_id: 'c3' }, done: 1, total: 2, error });
  assert.deepEqual(lines, ['✗ subject_id "c3"   RangeError: gain is zero for good', '  pipeline.ts:52']);
});

test('piped, there is a line at most once a second and not for every key', () => {
  const { terminal, lines, bottoms } = recorder(false, Infinity);
  let now = 0;
  const report = new ProgressReport(terminal, { ...options, now: () => now });
  report.follow({ type: 'start', total: 100 });
  for (let done = 1; done <= 100; done++) {
    now += 200;
    report.follow({ type: 'done', seconds: 1, key: { id: done }, done, total: 100 });
  }
  report.follow({ type: 'end', done: 100, total: 100 });
  assert.deepEqual(
    lines,
    [10, 20, 30, 40, 50, 60, 70, 80, 90].map((done) => `Trace  ${done}/100  ${done} %`),
  );
  assert.deepEqual(bottoms, ['']);
});

test('a quiet report only counts', () => {
  const { terminal, lines, bottoms } = recorder(true, 80);
  const report = new ProgressReport(terminal, { ...options, quiet: true });
  report.follow({ type: 'start', total: 2 });
  report.follow({ type: 'error', seconds: 1, key: { id: 1 }, done: 1, total: 2, error });
  report.follow({ type: 'end', done: 1, total: 2 });
  assert.deepEqual([...lines, ...bottoms.filter((text) => text !== '')], []);
  assert.deepEqual([report.failed.length, report.left], [1, 1]);
});
