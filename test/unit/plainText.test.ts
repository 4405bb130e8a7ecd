import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeInJson, plainLine, plainText } from '../../src/text';

const all = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));

/** Everything that a terminal or an editor acts upon. */
const forbidden = new Set([
  ...all(0x00, 0x08),
  ...all(0x0b, 0x1f),
  ...all(0x7f, 0x9f),
  ...all(0x202a, 0x202e),
  ...all(0x2066, 0x2069),
  '\u061c',
  '\u200e',
  '\u200f',
  '\u2028',
  '\u2029',
]);

const holdsForbidden = (text: string): boolean => [...text].some((character) => forbidden.has(character));

/** Text made of what sequences are made of. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom('\u001b', '\u001b[', '\u001b]', '\u001bP', '\u009b', '\u009d', '\u0090', '\u009c', '\u0007', '31', 'm', ';', '?', '0', '\\', '\r', '\n', '\u202e', 'a', ' '), fc.string()))
  .map((parts) => parts.join(''));

test('nothing that a terminal acts upon is left, whatever the text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      assert.ok(!holdsForbidden(plainText(text)));
      assert.ok(!/[\n\t]/.test(plainLine(text)));
      assert.ok(!holdsForbidden(escapeInJson(JSON.stringify(text)).replaceAll('\n', '')));
      assert.equal(JSON.parse(escapeInJson(JSON.stringify(text))), text);
      assert.equal(plainText(plainText(text)), plainText(text));
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test('sequences go whole, and what has no end loses only its beginning', () => {
  assert.equal(plainText('a\u001b[1;31mb\u001b[0m'), 'ab');
  assert.equal(plainText('a\u001b]0;title\u0007b\u001b]8;;https://x\u001b\\c\u009d0;t\u009cd'), 'abcd');
  assert.equal(plainText('a\u001b]0;no end'), 'a0;no end');
  assert.equal(plainText('a\u009b31mb\u0090q\u009cc'), 'abc');
  assert.equal(plainText('a\u001bcb'), 'ab');
  assert.equal(plainText('one\r\ntwo\rthree\u2028four\u0085five'), 'one\ntwo\nthree\nfour\nfive');
});

test('ordinary text of any language stays as it is', () => {
  for (const text of ['Zelle 3 – „gain“', 'ключ 鍵 مفتاح', '👩‍🔬 🧠', 'a\tb\nc', '∂x/∂t']) assert.equal(plainText(text), text);
});

test('directions do not turn what stands beside them', () => {
  assert.equal(plainLine('user\u202egpj.exe\u2066'), 'usergpj.exe');
});
