import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt } from '../../../src/extension/source/excerpt';
import { linksIn } from '../../../src/extension/source/linkText';
import { readMappings } from '../../../src/extension/source/mappings';
import { rankScripts } from '../../../src/extension/start/scripts';

test('path mappings: places in the folders of the workspace, and elsewhere; what is no text is passed over', () => {
  const value = { '/home/lab/pipeline': '${workspaceFolder}', '/srv/code': 'src', 'D:\\lab': '/data/lab', ' /old ': '${workspaceFolder}/a', '': 'x', '/n': 3 };
  assert.deepEqual(readMappings(value, ['/w']), [
    { from: '/home/lab/pipeline', to: '/w' },
    { from: '/srv/code', to: '/w/src' },
    { from: 'D:\\lab', to: '/data/lab' },
    { from: '/old', to: '/w/a' },
  ]);
  assert.deepEqual(readMappings({ '/srv': 'src' }, ['/a', '/b']).map(({ to }) => to), ['/a/src', '/b/src']);
  assert.deepEqual([null, undefined, 'text', 5].map((each) => readMappings(each, ['/w'])), [[], [], [], []]);
});

test('an excerpt marks the line, keeps to the file and drops the common indentation', () => {
  const text = ['class A {', '    make() {', '\tif (x)', '', '      throw y;', '    }', '}'].join('\n');
  const lines = excerpt(text, 5, 3, 1);
  assert.deepEqual(lines.map(({ number }) => number), [2, 3, 4, 5, 6]);
  assert.deepEqual(lines.map(({ text: content }) => content), ['  make() {', 'if (x)', '', '    throw y;', '  }']);
  assert.deepEqual(lines.filter(({ failing }) => failing).map(({ number }) => number), [5]);
  assert.deepEqual(excerpt(text, 99, 3, 2), []);
  assert.ok((excerpt('x'.repeat(100_000), 1, 3, 2)[0]?.text.length ?? 0) < 300);
});

test('places in terminal output', () => {
  const found = (line: string) => linksIn(line).map(({ file, line: at, column }) => [file, at, column]);
  assert.deepEqual(found('✗ subject_id "c3"   RangeError: gain is zero   pipeline.ts:52'), [['pipeline.ts', 52, null]]);
  assert.deepEqual(found('    at Trace.make (/home/me/lab/pipeline.ts:52:24)'), [['/home/me/lab/pipeline.ts', 52, 24]]);
  assert.deepEqual(found('    at async file:///home/me/lab/a.mts:3:1'), [['/home/me/lab/a.mts', 3, 1]]);
  assert.deepEqual(found('./src/a.py:7 and src/b.js:8:9'), [['./src/a.py', 7, null], ['src/b.js', 8, 9]]);
  assert.deepEqual(found('3/24  58 %  0:04 < 0:03  notes.txt:12 http://127.0.0.1:8080'), []);
  assert.deepEqual(linksIn(`${'x'.repeat(6000)} a.ts:1`), []);
  const [link] = linksIn('see a.ts:1');
  assert.equal('see a.ts:1'.slice(link?.start, (link?.start ?? 0) + (link?.length ?? 0)), 'a.ts:1');
});

test('scripts that use a pipeline come before the files that declare it; other files are left out', () => {
  const sources = [
    { file: '/p/pipeline.ts', text: "import * as dj from 'datajoint-workbench';" },
    { file: '/p/insert.ts', text: "import { Session } from './pipeline';" },
    { file: '/p/sub/more.ts', text: "const { A } = await import('../pipeline.ts');" },
    { file: '/p/detect.ts', text: "import fs from 'node:fs';" },
  ];
  assert.deepEqual(rankScripts(new Set(['/p/pipeline.ts']), sources), [
    { file: '/p/insert.ts', usesPipeline: true },
    { file: '/p/sub/more.ts', usesPipeline: true },
    { file: '/p/pipeline.ts', usesPipeline: false },
  ]);
});
