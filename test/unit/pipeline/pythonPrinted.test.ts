import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStack, stackParts } from '../../../src/pipeline';

test('what make() printed is told under its traceback, and is no part of it', () => {
  const traceback = 'Traceback (most recent call last):\n  File "/lab/x.py", line 3, in make\n    fit(key)\nValueError: no fit';
  const printed = ['Traceback (most recent call last):', '  File "/lab/other.py", line 9, in load', 'OSError: gone', '+---------------- 1 ----------------'];
  const stack = [traceback, '', 'Printed by make() before:', ...printed.map((line) => `| ${line}`)].join('\n');
  assert.deepEqual(parseStack(stack).map(({ file, line }) => [file, line]), [['/lab/x.py', 3]]);
  const texts = [...stackParts(stack)].flatMap((part) => (part.type === 'text' ? [part.text] : []));
  assert.deepEqual(texts, ['ValueError: no fit', 'Printed by make() before:', ...printed.map((line) => `| ${line}`)]);
});

test('under an exception group too', () => {
  const group = [
    '  + Exception Group Traceback (most recent call last):',
    '  |   File "/lab/x.py", line 3, in make',
    '  |     fit(key)',
    '  | ExceptionGroup: two (1 sub-exception)',
    '  +-+---------------- 1 ----------------',
    '    | ValueError: no fit',
    '    +------------------------------------',
  ];
  const without = [...stackParts(group.join('\n'))];
  const stack = [...group, '', 'Printed by make() before:', '| File "/lab/other.py", line 9, in load'].join('\n');
  assert.deepEqual([...stackParts(stack)].slice(0, without.length), without);
  assert.deepEqual(parseStack(stack).map(({ file }) => file), ['/lab/x.py']);
});
