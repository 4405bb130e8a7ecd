import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, integer, readArguments, wholeNumber } from '../../../src/cli/arguments';
import type { Command } from '../../../src/cli/command';

const command: Command = {
  name: 'populate',
  operands: 'TABLE [RESTRICTION…]',
  summary: '',
  details: '',
  options: { json: { help: '' }, 'max-calls': { value: 'N', help: '' } },
  minOperands: 1,
  maxOperands: 2,
  run: () => Promise.resolve(0),
};

test('options stand anywhere and end with --', () => {
  const args = readArguments(command, ['--json', 'Trace', '--max-calls=3', '--database', 'a.db', '--', '--x']);
  assert.deepEqual(args.positionals, ['Trace', '--x']);
  assert.equal(args.has('json'), true);
  assert.equal(wholeNumber(args, 'max-calls'), 3);
  assert.equal(args.value('database'), 'a.db');
  assert.equal(wholeNumber(readArguments(command, ['Trace']), 'max-calls'), undefined);
});

test('each mistake is named', () => {
  const cases: [string[], RegExp][] = [
    [['Trace', '--jason'], /no option --jason\. Did you mean --json\?/],
    [['Trace', '-x'], /no option -x/],
    [['Trace', '--json=yes'], /--json is a switch/],
    [['Trace', '--max-calls'], /--max-calls needs a value: --max-calls N/],
    [[], /needs TABLE/],
    [['Trace', 'a', 'b'], /what to do with "b"/],
    [['Trace', '--constructor'], /no option --constructor/],
  ];
  for (const [args, message] of cases) assert.throws(() => readArguments(command, args), { code: 'usage', message });
  for (const text of ['0', '-1', '1.5', 'x', '1e3']) {
    const args = readArguments(command, ['Trace', `--max-calls=${text}`]);
    assert.throws(() => wholeNumber(args, 'max-calls'), { code: 'usage' }, text);
  }
});

test('help needs no operands; what is for the program that a command runs stands after --', () => {
  assert.equal(readArguments(command, ['--help']).has('help'), true);
  assert.equal(readArguments(command, ['-h']).has('help'), true);
  const run = { ...command, name: 'run', passesOn: true, maxOperands: Infinity };
  const args = readArguments(run, ['file.ts', 'a', '--database', 'a.db', '--', '--json', '--help', 'x']);
  assert.deepEqual(args.positionals, ['file.ts', 'a', '--json', '--help', 'x']);
  assert.deepEqual([args.has('help'), args.has('json'), args.value('database')], [false, false, 'a.db']);
  const message = 'run has no option --epochs: what is for file.ts itself stands after --, as in djw run file.ts -- --epochs.';
  assert.throws(() => readArguments(run, ['file.ts', '--epochs', '3']), { code: 'usage', message });
});

test('integers may be negative; times are seconds, minutes or hours', () => {
  const given = (text: string) => readArguments(command, ['Trace', '--max-calls', text]);
  assert.deepEqual(['-5', '0', '12'].map((text) => integer(given(text), 'max-calls')), [-5, 0, 12]);
  assert.deepEqual(['90', '90s', '1.5', '30m', '8h'].map((text) => duration(given(text), 'max-calls')), [90, 90, 1.5, 1800, 28_800]);
  assert.deepEqual([integer(readArguments(command, ['Trace']), 'max-calls'), duration(readArguments(command, ['Trace']), 'max-calls')], [undefined, undefined]);
  for (const text of ['1.5', 'x', '1e3', '99999999999']) assert.throws(() => integer(given(text), 'max-calls'), { code: 'usage' }, text);
  for (const text of ['-1', 'x', '5d', '1h30m']) assert.throws(() => duration(given(text), 'max-calls'), { code: 'usage' }, text);
});
