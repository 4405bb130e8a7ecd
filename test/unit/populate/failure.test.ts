import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataJointError, messageOf } from '../../../src/engine/errors';
import { beginning, cutMiddle, ending } from '../../../src/engine/jobs/cutText';
import { failureMessage, failureReport, failureStack, Interruption, readable } from '../../../src/engine/populate/failure';
import { PrintedLines } from '../../../src/engine/populate/printed';
import { fromWire, toWire } from '../../../src/engine/populate/processes/wireThrown';

test('a message names the error, whatever was thrown', () => {
  class GainError extends Error {}
  assert.equal(failureMessage(new RangeError('no gain')), 'RangeError: no gain');
  assert.equal(failureMessage(new GainError('no gain')), 'GainError: no gain');
  assert.equal(failureMessage(new Error('')), 'Error');
  assert.equal(failureMessage(new Interruption('KeyboardInterrupt')), 'KeyboardInterrupt');
  assert.equal(failureMessage(new Interruption('SystemExit')), 'SystemExit: SIGTERM received');
  assert.equal(failureMessage('no gain'), 'string thrown: no gain');
  assert.equal(failureMessage(undefined), 'undefined thrown: undefined');
});

test('a stack goes on with the causes, and comes to an end when they turn in a circle', () => {
  const inner = new Error('inner');
  const outer = new Error('outer', { cause: inner });
  inner.cause = outer;
  assert.match(failureStack(outer), /^Error: outer\n[^]*\nCaused by: Error: inner\n[^]*$/);
  assert.equal(failureStack(outer).match(/Caused by/g)?.length, 1);
  const bare = new Error('bare');
  bare.stack = '';
  assert.equal(failureStack(bare), 'Error: bare');
});

test('frames stay however long messages are, of each error of a chain', () => {
  const framesOf = (stack: string): number => stack.split('\n').filter((line) => /^ {4}at .*failure\.test\.ts/.test(line)).length;
  const long = 'one more sample, '.repeat(150_000);
  const inner = new TypeError(`${long}\n${'line\n'.repeat(100_000)}`);
  const outer = new RangeError(long, { cause: inner });
  const stack = failureStack(outer);
  assert.ok(stack.length < 1_000_000, String(stack.length));
  assert.equal(framesOf(stack), framesOf(outer.stack ?? '') + framesOf(inner.stack ?? ''));
  assert.match(stack, /^RangeError: one more sample, [^]*characters are left out[^]*\nCaused by: TypeError: one more sample, /);

  let last: Error = outer;
  for (let i = 0; i < 20; i++) last = new Error(`${String(i)} ${long}`, { cause: last });
  const deep = failureStack(last);
  assert.ok(deep.length <= 1_000_100, String(deep.length));
  assert.match(deep, /^Error: 19 one more sample, [^]*?\n {4}at .*failure\.test\.ts/);
});

test('a cut never makes halves of a character', () => {
  for (const most of [10, 11, 12, 13]) {
    const text = '\u{1f600}'.repeat(20);
    assert.ok(cutMiddle(text, most).isWellFormed());
    assert.ok(cutMiddle(`x${text}`, most).isWellFormed());
  }
  const text = 'a\u{1f600}b';
  assert.deepEqual([0, 1, 2, 3, 4, 9].map((most) => beginning(text, most)), ['', 'a', 'a', 'a\u{1f600}', text, text]);
  assert.deepEqual([0, 1, 2, 3, 4, 9].map((most) => ending(text, most)), ['', 'b', 'b', '\u{1f600}b', text, text]);
  assert.equal(cutMiddle('short', 5), 'short');
  assert.equal(cutMiddle('abcdefgh', 4), 'ab\n[… 4 characters are left out …]\ngh');
});

test('a report ends with what was printed, marked as that', () => {
  const error = Object.assign(new Error('x'), { stack: 'Error: x\n    at a (b.ts:1:2)' });
  assert.equal(failureReport(error, []), 'Error: x\n    at a (b.ts:1:2)');
  assert.equal(failureReport(error, ['one', '    at c (d.ts:3:4)']), 'Error: x\n    at a (b.ts:1:2)\n\nPrinted by make() before:\n| one\n|     at c (d.ts:3:4)');
});

test('only the last lines are kept, without colours', () => {
  const printed = new PrintedLines();
  const lines = (): string[] => printed.lines;
  assert.deepEqual(lines(), []);
  printed.add('\n');
  assert.deepEqual(lines(), []);
  printed.add('half ');
  printed.add('\u001b[31mline\u001b[39m\r\nsecond\n');
  assert.deepEqual(lines().slice(-2), ['half line', 'second']);
  for (let i = 0; i < 100_000; i++) printed.add(`line ${i}\n`);
  assert.deepEqual([lines().length, lines().at(-1)], [20, 'line 99999']);
  printed.add('x'.repeat(100_000));
  assert.deepEqual(lines(), ['x'.repeat(4000)]);
});

test('what is printed last is cut between characters', () => {
  const printed = new PrintedLines();
  for (let i = 0; i < 4000; i++) printed.add(`${'\u{1f7e9}'.repeat(7)}!`);
  assert.ok(printed.lines.every((line) => line.isWellFormed()));
});

test('a thrown value stays what it is, unless looking at it throws', () => {
  const error = new RangeError('no gain');
  for (const value of [error, 'text', undefined, null, Object.create(null), () => 1]) assert.equal(readable(value), value);
  const no = (): never => {
    throw new Error('no');
  };
  const hidden = readable(Object.defineProperty(error, 'message', { get: no }));
  assert.ok(hidden instanceof Error);
  assert.deepEqual([hidden.name, hidden.message], ['RangeError', 'a value that cannot be shown']);
  assert.match(hidden.stack ?? '', /^RangeError: no gain\n[^]*failure\.test\.ts/);
  assert.equal(messageOf(readable(new Proxy({}, { getPrototypeOf: no }))), 'object thrown: {}');
  assert.equal(messageOf(Object.create(null)), 'Something without a text was thrown.');
});

test('what was thrown travels between processes', () => {
  const over = (thrown: unknown): unknown => fromWire(structuredClone(toWire(thrown)));
  const refused = over(new DataJointError('invalid_value', 'no'));
  assert.ok(refused instanceof DataJointError);
  assert.deepEqual([refused.code, refused.message], ['invalid_value', 'no']);
  const range = over(new RangeError('out'));
  assert.ok(range instanceof Error);
  assert.equal(failureMessage(range), 'RangeError: out');
  assert.match(range.stack ?? '', /failure\.test\.ts/);
  assert.deepEqual(over(new Interruption('KeyboardInterrupt')), new Interruption('KeyboardInterrupt'));
  assert.deepEqual([over('text'), over({ a: [1n] }), over(null)], ['text', { a: [1n] }, null]);
  assert.match(String(over(() => 1)), /^function thrown: /);
});
