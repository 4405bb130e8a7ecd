import assert from 'node:assert/strict';
import { linksIn } from '../../src/extension/source/linkText';
import { messageKind } from '../../src/extension/tree/describe';
import { engineFoldersIn, findLine, makeFrame, parseStack, stackParts } from '../../src/pipeline';
import { escapeInJson, plainLine, plainText } from '../../src/text';
import { fuzz, textOf } from './fuzz';

const stacks = textOf(
  'Error: x\n', '    at make (/lab/pipeline.ts:3:1)\n', '    at async ', 'Traceback (most recent call last):\n', '  File "/lab/x.py", line 3, in make\n',
  '    raise ValueError\n', '    ^^^^\n', 'ValueError: bad\n', '  | ', '  + Exception Group Traceback (most recent call last):\n', '  +-+---------------- 1 ----------------\n',
  'Error using lab.Peaks/make (line 3)\n', '<a href="matlab:opentoline(\'/lab/x.m\',3,0)">', '[{"file":"a.m","name":"f","line":3}]', 'Cell In[3], line 2\n', '----> 2 x\n',
  '/dist/engine.js:1:1', '\u001b[31m', '\n', ' ', '(', ')', ':', '"', '\\',
);
const context = { workspaceFolders: ['/lab'], engineFolders: ['/engine'] };

fuzz('stacks', stacks, 4000, (stack) => {
  const frames = parseStack(stack, context);
  for (const part of stackParts(stack)) assert.ok(part.type === 'text' || part.frame.line === null || Number.isSafeInteger(part.frame.line));
  makeFrame(frames);
  engineFoldersIn(stack);
  messageKind(stack);
  linksIn(stack);
  findLine(stack, frames[0]?.line ?? 1, frames[0]?.source);
  assert.doesNotMatch(plainText(stack), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  assert.doesNotMatch(plainLine(stack), /[\n\t]/);
  assert.equal(JSON.parse(escapeInJson(JSON.stringify(stack))), stack);
});
