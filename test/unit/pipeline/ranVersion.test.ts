import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localFrames, type LocalPlace, parseStack } from '../../../src/pipeline';

const ran = ['async make(key) {', '  const gain = await fetch(key);', '  if (gain === 0) throw new RangeError();', '}', ''].join('\n');
const file = '/ws/pipeline.ts';
const stack = `RangeError\n    at Peak.make (${file}:3:25)`;
const traceback = `Traceback (most recent call last):\n  File "${file}", line 3, in make\n    if (gain === 0) throw new RangeError();\nRangeError`;
const places = { mappings: [], files: [], exists: (each: string) => each === file };

async function place(now: string, before: string | null, of = stack): Promise<LocalPlace | null | undefined> {
  const text = (content: string | null) => () => Promise.resolve(content);
  const [frame] = await localFrames(parseStack(of), {}, places, text(now), text(before));
  return frame?.place;
}

const at = (line: number, column: number | null, state: string, changed?: boolean) => ({
  file,
  by: 'here',
  line,
  column,
  state,
  ...(changed === undefined ? {} : { changed }),
});

test('a file that is what ran', async () => {
  assert.deepEqual(await place(ran, ran), at(3, 25, 'same', false));
  assert.deepEqual(await place(ran.replaceAll('\n', '\r\n'), ran), at(3, 25, 'same', false), 'whatever its line ends are');
});

test('a line is found by its text in the version that ran, where the stack has none', async () => {
  assert.deepEqual(await place(`// one\n// two\n${ran}`, ran), at(5, 25, 'moved', true));
  assert.deepEqual(await place(ran.replace('gain === 0', 'gain === 0 || gain === 1'), ran), at(3, null, 'edited', true));
  assert.deepEqual(await place(`// one\n// two\n${ran}`, null), at(3, 25, 'same'), 'of an unknown version only the number is known');
  assert.deepEqual(await place('', ran), at(1, null, 'lost', true));
});

test('a line elsewhere that has changed is no matter of this one', async () => {
  assert.deepEqual(await place(`${ran}\nmore();`, ran), at(3, 25, 'same', true));
});

test('the text of the stack counts more than a commit that has another one at that line', async () => {
  assert.deepEqual(await place(ran, ran, traceback), at(3, null, 'same', false));
  assert.deepEqual(await place(`// one\n${ran}`, ran, traceback), at(4, null, 'moved', true));
  assert.deepEqual(await place(`// one\n${ran}`, `// another\n// three\n// lines\n${ran}`, traceback), at(4, null, 'moved'));
});

test('a commit that is shorter than the line says nothing', async () => {
  assert.deepEqual(await place(ran, 'one line', traceback), at(3, null, 'same'));
});
