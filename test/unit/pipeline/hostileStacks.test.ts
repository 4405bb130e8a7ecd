// What readers of stacks do with text that is made to keep them busy: counted, not timed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as ts from 'typescript';
import { failureSignature } from '../../../src/engine/overview/signature';
import { linksIn } from '../../../src/extension/source/linkText';
import { firstLine, messageKind } from '../../../src/extension/tree/describe';
import { engineFoldersIn, findLine, localFrames, parseStack, stackParts } from '../../../src/pipeline';

const beginnings = [
  '',
  'at ',
  '    at f (',
  'Error: ',
  'Traceback (most recent call last):\n',
  '  File "',
  '  | ',
  'ValueError  Traceback (most recent call last)\n',
  'Fatal Python error: x\n',
  'Error using ',
  'Error: File: ',
  '[{"file":"',
  '    at eval at (',
];
const pieces = [
  ' ', '\t', 'a', '/', '\\', ':', '1', ':1', '(', ')', '()', '[', '{', '<', '>', '"', "'", '.', '-', '=', '^', '~', '|', '+',
  ' at ', ' in ', 'File "', '", line 1', '/a', '/dist/engine.js', 'x(y)', 'Cell In[1]', '\u001b[', '\n', '\r', ' (/a:1:1)',
];
const ends = ['', 'x', ')', '\n', ' line 1', ':1:1)'];

interface Work {
  /** Characters that regular expressions were given, in all. */
  readonly characters: number;
  /** The longest text that one was given. */
  readonly longest: number;
}

/** What regular expressions are given while something is done: the steps of readers that are made of them. */
function workOf(work: () => unknown): Work {
  let [characters, longest] = [0, 0];
  // Everything that matches, replaces, splits or searches with a regular expression calls this.
  const original = Reflect.get(RegExp.prototype, 'exec') as (this: RegExp, text: string) => RegExpExecArray | null;
  RegExp.prototype.exec = function exec(text: string) {
    // To split a text, a sticky expression is tried at each of its places.
    const from = this.global || this.sticky ? Math.min(this.lastIndex, text.length) : 0;
    const found = original.call(this, text);
    // What is replaced or found one after the other is looked for where the last one ended.
    const end = this.global && found !== null ? this.lastIndex + 1 : text.length;
    characters += this.sticky ? (found?.[0].length ?? 0) + 1 : end - from;
    if (!this.sticky) longest = Math.max(longest, text.length);
    return found;
  };
  try {
    work();
  } finally {
    RegExp.prototype.exec = original;
  }
  return { characters, longest };
}

const context = { workspaceFolders: ['/lab'], engineFolders: ['/engine'] };

/** Every reader of a stack or a message. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  stackParts: (text) => [...stackParts(text, context)],
  parseStack: (text) => parseStack(text),
  engineFoldersIn,
  messageKind,
  firstLine,
  linksIn,
  failureSignature,
};

const root = path.resolve(__dirname, '../../..');

/** Where text is read that a database or another program has chosen. */
const readingForeignText = [
  ...['src/pipeline/stack', 'src/extension/source'].flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`)),
  'src/engine/overview/signature.ts',
  'src/extension/tree/describe.ts',
].filter((file) => file.endsWith('.ts'));

function expressionsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Whether an expression takes steps in proportion to the text, whatever the text is. With one repeat without a limit there
 * is nothing to divide the text between; it either is the last thing, or the expression is tried at one place only.
 */
function isLinear(literal: string): boolean {
  if (!literal.startsWith('/')) return false;
  const flags = literal.slice(literal.lastIndexOf('/') + 1);
  const plain = literal.slice(1, literal.lastIndexOf('/')).replace(/\\u[\da-f]{4}|\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repeats = plain.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (repeats === 0) return true;
  if (repeats > 1 || /\)(?:[*+]|\{\d+,\})/.test(plain)) return false;
  const isAnchored = !flags.includes('m') && alternatives(plain).every((each) => each.startsWith('^'));
  return isAnchored || /(?:[*+]|\{\d+,\})\??$/.test(plain);
}

/** What stands between the outermost bars. */
function alternatives(plain: string): string[] {
  const found = [''];
  let depth = 0;
  for (const character of plain) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === '|' && depth === 0) found.push('');
    else found.push(`${found.pop() ?? ''}${character}`);
  }
  return found;
}

/** More than any reader needs for a character of a line of frames. */
const mostPerCharacter = 60;

describe('readers of stacks', () => {
  for (const [name, reader] of Object.entries(readers)) {
    it(`${name}: work grows with the text and no faster, whatever it holds`, () => {
      for (const beginning of beginnings) {
        for (const piece of pieces) {
          for (const end of ends) {
            const text = (length: number) => beginning + piece.repeat(Math.ceil(length / piece.length)) + end;
            const shape = JSON.stringify([beginning, piece, end]);
            const [small, large] = [text(8000), text(32_000)];
            const [some, more] = [workOf(() => reader(small)), workOf(() => reader(large))];
            assert.ok(more.characters <= 6 * some.characters + 50_000, `${shape}: ${String(some.characters)}, then ${String(more.characters)} characters`);
            assert.ok(more.characters <= mostPerCharacter * large.length + 50_000, `${shape}: ${String(more.characters)} characters of ${String(large.length)}`);
            // However an expression behaves on one line, lines are short.
            assert.ok(more.longest <= 5001, `${shape}: an expression is given ${String(more.longest)} characters at once`);
          }
        }
      }
    });
  }

  it('what is counted above is linear: no expression divides a text between two repeats', () => {
    for (const file of readingForeignText) {
      assert.deepEqual(expressionsIn(file).filter((each) => !isLinear(each)), [], file);
    }
    const superlinear = ['/^\\s*at (.+?)\\s*$/', '/\\(.*\\)$/', '/\\/+$/', '/(a+)+$/', '/\\{.*\\}/s', '/^a*|b*c/', '/^a*x/m', "new RegExp('a')"];
    for (const each of superlinear) assert.equal(isLinear(each), false, each);
    for (const each of ['/\\s+/g', '/^\\s*at /', '/^(.+?):(\\d{1,9})$/', '/[/>]/']) assert.equal(isLinear(each), true, each);
  });

  it('of a deep stack few files are read and few lines are searched for', async () => {
    const text = Array.from({ length: 1500 }, (_, at) => `    value_${String(at)} = self.load(key)`).join('\n');
    const stack = (file: (at: number) => string): string =>
      ['Traceback (most recent call last):', ...Array.from({ length: 300 }, (_, at) => `  File "${file(at)}", line ${String(700 + at)}, in make\n    zalue${String(at)} = self.boad(quey)`), 'ValueError: x'].join('\n');
    const read: string[] = [];
    const places = { mappings: [], files: [], exists: () => true };
    const locate = (file: (at: number) => string) =>
      localFrames(parseStack(stack(file), context), context, places, (name) => {
        read.push(name);
        return Promise.resolve(text);
      });
    const located = await locate((at) => `/lab/p${String(at)}.py`);
    assert.deepEqual([read.length, located.length, located.filter(({ place }) => place !== null).length], [30, 300, 30]);
    const edited = (await locate(() => '/lab/p.py')).map(({ place }) => place?.state);
    assert.deepEqual([edited.slice(0, 20).includes('lost'), edited.slice(20).every((state) => state === 'lost')], [false, true]);
  });

  it('a stack of any length is read as its beginning and its end', () => {
    const frame = (name: string) => `    at ${name} (/lab/pipeline.ts:3:1)`;
    const stack = `Error: ${'A'.repeat(5_000_000)}\n${frame('make')}`;
    const { characters, longest } = workOf(() => {
      assert.deepEqual(parseStack(stack, context).map(({ functionName, line }) => [functionName, line]), [['make', 3]]);
    });
    assert.ok(characters < 2_000_000 && longest <= 2001);
    const many = `Error: x\n${`${frame('f')}\n`.repeat(1_000_000)}`;
    assert.ok(parseStack(many, context).length < 10_000);
  });

  it('engine folders are found as before, and are few', () => {
    const stack = `Error: x\n    at f (/srv/djw/dist/engine.js:1:2)\n    at g (file:///opt/x/dist/djw.js:1:2)\n    at h (C:\\djw\\src\\engine\\a.ts:1:2)`;
    assert.deepEqual(engineFoldersIn(stack), ['/srv/djw', '/opt/x', 'C:\\djw']);
    const paths = Array.from({ length: 8000 }, (_, at) => `/a${String(at)}/dist/engine.js`);
    assert.equal(engineFoldersIn(paths.join(' ')).length, 16);
    assert.equal(engineFoldersIn(paths.join('\n')).length, 16);
  });

  it('a line is looked for near the place where it was', () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => `line ${String(at)}`);
    const { characters } = workOf(() => findLine(lines.join('\n'), 50_000, { text: 'something else altogether', column: null }));
    // The text itself is split once.
    assert.ok(characters < 20 * 100_000 * 12, String(characters));
  });

  it('JSON that is nested deeper than anything that MATLAB writes is text', () => {
    assert.deepEqual(parseStack(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), []);
  });
});
