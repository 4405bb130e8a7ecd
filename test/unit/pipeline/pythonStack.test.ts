import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { makeFrame, parseStack, stackParts } from '../../../src/pipeline';

const fixture = (name: string): string => readFileSync(path.join(__dirname, '../../fixtures/stacks', `${name}.txt`), 'utf8');
const context = { workspaceFolders: ['/home/lab/pipeline'] };

/** A part per line: `# message`, or `function file:line:column kind`. */
const outline = (stack: unknown): string[] =>
  [...stackParts(stack, context)].map((part) => {
    if (part.type === 'text') return `# ${part.text}`;
    const { functionName, file, line, kind, source, notebook } = part.frame;
    const where = notebook === undefined ? (file?.split('/').at(-1) ?? '?') : `[${String(notebook.cell)}]`;
    return `${functionName} ${where}:${line}:${source?.column ?? '-'} ${kind}`;
  });

test('the last error first, from the inside out, then what caused it', () => {
  assert.deepEqual(outline(fixture('cause')), [
    `# ValueError: bad sample 'x'`,
    '# second line',
    'make ephys.py:13:- yours',
    '<lambda> run.py:5:38 library',
    '<module> run.py:11:- library',
    `# Caused by: KeyError: 'x'`,
    'make ephys.py:11:16 yours',
  ]);
  const frame = makeFrame(parseStack(fixture('cause'), context));
  assert.deepEqual([frame?.line, frame?.source?.text], [13, 'raise ValueError(f"bad sample {key!r}\\nsecond line") from error']);
});

test('an error while handling another, and whose code it is', () => {
  assert.deepEqual(outline(fixture('context')).slice(0, 9), [
    '# ZeroDivisionError: division by zero',
    'context ephys.py:19:10 yours',
    '<lambda> run.py:5:72 library',
    '<module> run.py:11:- library',
    '# Raised while handling: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
    'raw_decode decoder.py:353:12 runtime',
    'decode decoder.py:337:12 runtime',
    'loads __init__.py:346:8 runtime',
    'load ephys.py:5:8 yours',
  ]);
});

const members = [
  `# 1 of 3: ValueError: bad sample 'x'`,
  '# second line',
  'make ephys.py:13:- yours',
  '<lambda> ephys.py:23:22 yours',
  'group ephys.py:25:- yours',
  `# Caused by: KeyError: 'x'`,
  'make ephys.py:11:16 yours',
  '# 2 of 3: json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)',
  'raw_decode decoder.py:355:- runtime',
  'decode decoder.py:337:12 runtime',
  'loads __init__.py:346:8 runtime',
  'load ephys.py:5:8 yours',
  '<lambda> ephys.py:23:46 yours',
  'group ephys.py:25:- yours',
  '# 3 of 3: ExceptionGroup: inner (2 sub-exceptions)',
  'nested ephys.py:34:- yours',
  'group ephys.py:25:- yours',
  '# 1 of 2: TypeError: a',
  `# 2 of 2: FileNotFoundError: [Errno 2] No such file: 'x.dat'`,
  '# Caused by: RuntimeError: first',
  'nested ephys.py:32:- yours',
];

test('exception groups, nested and with causes of their own', () => {
  assert.deepEqual(outline(fixture('group')), [
    '# ExceptionGroup: three failed (3 sub-exceptions)',
    'group ephys.py:28:- yours',
    '<module> run.py:11:- library',
    ...members,
  ]);
  assert.deepEqual(outline(fixture('chainedgroup')), [
    '# LookupError: after the group',
    '<module> run.py:10:24 library',
    '# Caused by: ExceptionGroup: three failed (3 sub-exceptions)',
    'group ephys.py:28:- yours',
    '<module> run.py:9:6 library',
    ...members,
  ]);
});

test('syntax errors with their caret, with and without a traceback around them', () => {
  assert.deepEqual(outline(fixture('syntax')).slice(0, 2), ['# SyntaxError: invalid syntax', 'null broken.py:2:7 yours']);
  const alone = '  File "/home/lab/pipeline/b.py", line 2\n    x\n    ^\nIndentationError: expected an indented block\n';
  assert.deepEqual(outline(alone), ['# IndentationError: expected an indented block', 'null b.py:2:1 yours']);
});

test('recursion, coloured output, messages that look like source', () => {
  assert.equal(outline(fixture('recursive')).length, 5);
  const coloured = fixture('cause').replaceAll('ValueError', '\u001b[1;35mValueError\u001b[0m').replaceAll('/home', '\u001b[35m/home');
  assert.deepEqual(outline(coloured), outline(fixture('cause')));
  const odd = `Traceback (most recent call last):
  File "/home/lab/pipeline/a.py", line 3, in make
    raise ValueError(text)
ValueError: see
    File "b.py", in which
  | not a margin
    + 1
`;
  assert.deepEqual(outline(odd), ['# ValueError: see', '#     File "b.py", in which', '#   | not a margin', '#     + 1', 'make a.py:3:- yours']);
});

test('the traceback of another process inside one', () => {
  const remote = `multiprocessing.pool.RemoteTraceback: 
"""
Traceback (most recent call last):
  File "/home/lab/pipeline/a.py", line 3, in make
    1/0
ZeroDivisionError: division by zero
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/lab/pipeline/a.py", line 9, in <module>
    pool.map(f, x)
ZeroDivisionError: division by zero
`;
  assert.deepEqual(outline(remote), [
    '# ZeroDivisionError: division by zero',
    '<module> a.py:9:- yours',
    '# Caused by: ZeroDivisionError: division by zero',
    'make a.py:3:- yours',
  ]);
});

test('notebook cells: as files of a kernel, as numbered inputs, and as notebooks print them', () => {
  const frames = (lines: string): string => `Traceback (most recent call last):\n${lines}\nValueError: x\n`;
  assert.deepEqual(
    outline(frames(`  File "<ipython-input-3-1a2b3c>", line 7, in make\n  File "/tmp/ipykernel_123/4567.py", line 2, in make\n  File "C:\\Temp\\ipykernel_9\\1.py", line 3, in f\n  Cell In[12], line 5, in make\n  File "<string>", line 1, in <module>`)),
    ['# ValueError: x', '<module> <string>:1:- runtime', 'f [null]:3:- yours', 'make [null]:2:- yours', 'make [3]:7:- yours'].toSpliced(2, 0, 'make [12]:5:- yours'),
  );
  const printed = `---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[3], line 2
      1 from lab import Peaks
----> 2 Peaks.populate()
      3 x = 1

File ~/pipeline/lab.py:12, in Peaks.make(self, key)
     10 def make(self, key):
     11     gain = 0
---> 12     raise ValueError('x')

ValueError: x`;
  assert.deepEqual(outline(printed), ['# ValueError: x', 'Peaks.make lab.py:12:- library', 'null [3]:2:- yours']);
  assert.equal(parseStack(printed)[0]?.source?.text, "raise ValueError('x')");
  const older = `---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
<ipython-input-5-8d2f> in <module>
----> 1 Peaks().populate()

/home/lab/pipeline/lab.py in make(self, key)
     11     gain = 0
---> 12     a = {}['x']
     13 

KeyError: 'x'`;
  assert.deepEqual(outline(older), [`# KeyError: 'x'`, 'make lab.py:12:- yours', '<module> [5]:1:- yours']);
});

test('packages of Python, datajoint, other systems', () => {
  const kind = (file: string, workspaceFolders: string[] = []): string | undefined =>
    parseStack(`  File "${file}", line 1, in f\nX: y`, { workspaceFolders, engineFolders: ['/ext/media'] })[0]?.kind;
  assert.equal(kind('/lab/.venv/lib/python3.11/site-packages/datajoint/autopopulate.py', ['/lab']), 'engine');
  assert.equal(kind('/ext/media/python/bridge.py', ['/ext']), 'engine');
  assert.equal(kind('/lab/.venv/lib/python3.11/site-packages/numpy/core.py', ['/lab']), 'library');
  assert.equal(kind('/usr/lib/python3/dist-packages/yaml.py'), 'library');
  assert.equal(kind('/opt/conda/lib/python3.9/json/decoder.py'), 'runtime');
  assert.equal(kind('C:\\Python311\\Lib\\json\\decoder.py'), 'runtime');
  assert.equal(kind('<frozen importlib._bootstrap>'), 'runtime');
  assert.equal(kind('/home/lab/x.py'), 'yours');
  assert.equal(kind('C:\\lab\\x.py', ['c:\\LAB']), 'yours');
});

test('what Python writes when it crashes: the innermost frame comes first', () => {
  const crash = `PythonEnded: Python crashed (SIGSEGV)

Fatal Python error: Segmentation fault

Current thread 0x00007f5a1c2d8000 (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/home/lab/pipeline/crash.py", line 19 in make
  File "/ext/media/python/djw_bridge.py", line 412 in make

Extension modules: numpy.core._multiarray_umath, pymysql._auth (total: 25)
`;
  assert.deepEqual(outline(crash), [
    '# Fatal Python error: Segmentation fault',
    'string_at __init__.py:519:- runtime',
    'make crash.py:19:- yours',
    'make djw_bridge.py:412:- library',
  ]);
});

test('text that only mentions Python is no traceback', () => {
  assert.deepEqual(parseStack('File missing, line 3, in the list'), []);
  assert.deepEqual(outline('Traceback was lost'), ['# Traceback was lost']);
  assert.deepEqual(outline(''), ['# ']);
});
