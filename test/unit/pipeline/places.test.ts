import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLine, localFrames, mapPath, parseStack } from '../../../src/pipeline';

const files = ['/ws/lab/ephys.py', '/ws/lab/behavior.py', '/ws/lab/util/io.py', '/ws/other/util/io.py', '/ws/+ephys/Peaks.m', '/ws/lab/__init__.py', '/ws/other/__init__.py'];
const places = (mappings: { from: string; to: string }[] = [], more: string[] = []) => ({
  mappings,
  files,
  exists: (file: string) => files.includes(file) || more.includes(file),
});
const found = (file: string, mappings: { from: string; to: string }[] = [], more: string[] = []): string => {
  const mapped = mapPath(file, places(mappings, more));
  return mapped === null ? '-' : `${mapped.by} ${mapped.file}`;
};

test('a file is where the stack says, or where a mapping says', () => {
  assert.equal(found('/ws/lab/ephys.py'), 'here /ws/lab/ephys.py');
  assert.equal(found('/usr/lib/python3.11/json.py', [], ['/usr/lib/python3.11/json.py']), 'here /usr/lib/python3.11/json.py');
  const mappings = [
    { from: '/home/lab', to: '/nowhere' },
    { from: '/home/lab/pipeline/', to: '/ws/lab/' },
    { from: 'C:\\Users\\Lab', to: '/ws/lab' },
    { from: '\\\\server\\share', to: '/ws/lab' },
  ];
  assert.equal(found('/home/lab/pipeline/ephys.py', mappings), 'mapping /ws/lab/ephys.py');
  assert.equal(found('c:\\users\\lab\\util\\io.py', mappings), 'mapping /ws/lab/util/io.py');
  assert.equal(found('\\\\SERVER\\share\\ephys.py', mappings), 'mapping /ws/lab/ephys.py');
  assert.equal(found('/home/laboratory/pipeline/zzz.py', mappings), '-', 'a prefix ends where a folder ends');
  assert.equal(
    mapPath('/home/lab/a.py', { mappings: [{ from: '/home/lab', to: 'D:\\lab\\' }], files: [], exists: () => true })?.file,
    '/home/lab/a.py',
  );
  assert.equal(
    mapPath('/home/lab/x/a.py', { mappings: [{ from: '/home/lab', to: 'D:\\lab\\' }], files: [], exists: (file) => file.startsWith('D:') })?.file,
    'D:\\lab\\x\\a.py',
  );
});

test('else it is the file with the longest ending in common', () => {
  assert.equal(found('/home/me/code/lab/ephys.py'), 'suffix /ws/lab/ephys.py');
  assert.equal(found('C:\\code\\lab\\util\\io.py'), 'suffix /ws/lab/util/io.py');
  assert.equal(found('/app/util/io.py'), '-', 'two fit equally well');
  assert.equal(found('/app/ephys.py'), 'suffix /ws/lab/ephys.py');
  assert.equal(found('+ephys/Peaks.m'), 'suffix /ws/+ephys/Peaks.m');
  assert.equal(found('/app/__init__.py'), '-');
  assert.equal(found('/opt/venv/lib/python3.11/site-packages/scipy/ephys.py'), '-', 'one name is not enough for a package');
  assert.equal(found('/opt/venv/lib/python3.11/site-packages/lab/ephys.py'), 'suffix /ws/lab/ephys.py');
  assert.equal(found('/app/ephys.pyx'), '-');
});

const source = (text: string, column: number | null = null) => ({ text, column });
const text = ['import x', '', 'def make(self, key):', '    a = load(key)', '    gain = a.gain', '    b = load(key)', '    return a', ''].join('\n');

test('a line that is as it was', () => {
  assert.deepEqual(findLine(text, 5, source('gain = a.gain', 8)), { line: 5, column: 12, state: 'same' });
  assert.deepEqual(findLine(text, 5), { line: 5, column: null, state: 'same' });
  assert.deepEqual(findLine(text.replaceAll('\n', '\r\n'), 5, source('gain = a.gain')), { line: 5, column: null, state: 'same' });
});

test('a line that moved is found by its text, the nearest one first', () => {
  const later = `# one\n# two\n${text}`;
  assert.deepEqual(findLine(later, 5, source('gain = a.gain', 1)), { line: 7, column: 5, state: 'moved' });
  const twice = ['x = 1', 'y', 'y', 'y', 'x = 1', 'y', 'y'].join('\n');
  assert.equal(findLine(twice, 4, source('x = 1')).line, 5);
  assert.equal(findLine(twice, 2, source('x = 1')).line, 1);
  assert.equal(findLine(text, 500, source('gain = a.gain')).line, 5);
});

test('a line that was edited is the likest one near it; one that is gone stays where it was', () => {
  assert.deepEqual(findLine(text, 5, source('gain=a.gain')), { line: 5, column: null, state: 'edited' });
  assert.deepEqual(findLine(text, 6, source('gain = a.gains[0]')), { line: 5, column: null, state: 'edited' });
  assert.deepEqual(findLine(text, 4, source('raise RuntimeError("nothing")')), { line: 4, column: null, state: 'lost' });
  assert.deepEqual(findLine(text, 99), { line: 8, column: null, state: 'lost' });
  assert.deepEqual(findLine('', 3, source('x')), { line: 1, column: null, state: 'lost' });
});

test('frames of another machine become places here, and with that one\'s own', async () => {
  const stack = `Traceback (most recent call last):
  File "/opt/venv/lib/python3.9/site-packages/datajoint/autopopulate.py", line 9, in _populate1
    make(dict(key))
  File "/home/lab/pipeline/lab/ephys.py", line 3, in make
    gain = a.gain
           ~^^^^^
AttributeError: gain
`;
  const context = { workspaceFolders: ['/ws'] };
  const reads: string[] = [];
  const [make, populate] = await localFrames(parseStack(stack, context), context, places(), (file) => {
    reads.push(file);
    return Promise.resolve(text);
  });
  assert.deepEqual(make?.place, { file: '/ws/lab/ephys.py', by: 'suffix', line: 5, column: 13, state: 'moved' });
  assert.deepEqual([make?.frame.kind, populate?.frame.kind, populate?.place], ['yours', 'engine', null]);
  assert.deepEqual(reads, ['/ws/lab/ephys.py']);
});
