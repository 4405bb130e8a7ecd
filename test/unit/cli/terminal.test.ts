import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createTerminal, fit, type Terminal } from '../../../src/cli/terminal';

function streams(isTTY: boolean): {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  text: () => string;
  errors: () => string;
} {
  const make = (): NodeJS.WriteStream =>
    Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 40 }) as unknown as NodeJS.WriteStream;
  const [out, err] = [make(), make()];
  const read = (stream: NodeJS.WriteStream) => (): string => String((stream as unknown as PassThrough).read() ?? '');
  return { out, err, text: read(out), errors: read(err) };
}

/** What a terminal shows after these control sequences: only the two that are used. */
function screen(text: string): string[] {
  const lines = [''];
  for (const part of text.split(/(\r\u001b\[K|\n)/)) {
    if (part === '\n') lines.push('');
    else if (part === '\r\u001b[K') lines[lines.length - 1] = '';
    else lines.push(`${lines.pop() ?? ''}${part}`);
  }
  return lines;
}

const terminalOn = (
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv = { NO_COLOR: '1' },
): Terminal => createTerminal(out, err, env);

test('lines go above the changing line, and so does what others print', () => {
  const { out, err, text } = streams(true);
  const terminal = terminalOn(out, err);
  let printed = '';
  const onScreen = (): string[] => screen((printed += text()));
  terminal.bottom('1/3');
  terminal.line('first');
  assert.deepEqual(onScreen(), ['first', '1/3']);
  out.write('printed ');
  terminal.bottom('2/3');
  assert.deepEqual(onScreen(), ['first', 'printed ']);
  out.write('by make\n');
  assert.deepEqual(onScreen(), ['first', 'printed by make', '2/3']);
  terminal.bottom('');
  terminal.line('Done');
  assert.deepEqual(onScreen(), ['first', 'printed by make', 'Done', '']);
});

test('nothing changes and nothing is coloured when nobody watches', () => {
  const { out, err, text } = streams(false);
  const terminal = terminalOn(out, err, {});
  terminal.bottom('1/3');
  terminal.line(terminal.paint.red('plain'));
  assert.equal(text(), 'plain\n');
  assert.equal(terminal.columns, Infinity);
});

test('colour is for terminals that want it', () => {
  const written = (env: NodeJS.ProcessEnv): string => {
    const { out, err, text } = streams(true);
    const terminal = terminalOn(out, err, env);
    terminal.line(terminal.paint.red('x'));
    return text();
  };
  assert.equal(written({}), '\u001b[31mx\u001b[39m\n');
  assert.equal(written({ NO_COLOR: '1' }), 'x\n');
  assert.equal(written({ TERM: 'dumb' }), 'x\n');
});

test('a clean output holds only what djw itself writes', () => {
  const { out, err, text, errors } = streams(false);
  const terminal = terminalOn(out, err);
  terminal.keepOutputClean();
  out.write('noise of a pipeline\n');
  terminal.line('{}');
  assert.equal(text(), '{}\n');
  assert.equal(errors(), 'noise of a pipeline\n');
});

test('nothing that is written holds a control sequence of its text, and colours stay', () => {
  const { out, err, text, errors } = streams(true);
  const terminal = terminalOn(out, err, {});
  const hostile = '\u001b]0;title\u0007a\u009b31mb\u202ec\r\nd\u0085';
  terminal.line(`${terminal.paint.red(hostile)} ${hostile}`);
  assert.equal(text(), '\u001b[31mabc d \u001b[39m abc d\n');
  terminal.lines(hostile);
  assert.equal(text(), 'abc\nd\n\n');
  terminal.complain(hostile);
  terminal.complainAtLength(hostile);
  assert.equal(errors(), 'abc d\nabc\nd\n\n');
  terminal.bottom(hostile);
  assert.equal(text(), 'abc d');
});

test('a text that looks like a colour of djw is none', () => {
  const { out, err, text } = streams(true);
  const terminal = terminalOn(out, err, {});
  terminal.line('<31>x \u001b[31my');
  assert.equal(text(), '<31>x y\n');
});

test('text is cut to a width', () => {
  assert.equal(fit('abcdef', 4), 'abc…');
  assert.equal(fit('abcd', 4), 'abcd');
});
