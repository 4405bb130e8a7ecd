import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { parseStack, stackParts } from '../../../src/pipeline';

const short = (stack: string): string[] =>
  parseStack(stack).map(({ functionName, file, line, column }) => `${functionName}|${file}|${line}|${column}`);

test('every shape of a V8 frame', () => {
  assert.deepEqual(
    short(`RangeError: gain is zero at 10:20:30 (really)
    at Trace.make (/lab/pipeline.ts:52:24)
    at async Trace.make (file:///lab/my%20rig/pipeline.ts:5:1)
    at new Amplifier (C:\\lab\\rig.ts:7:3)
    at load (file:///C:/lab/my%20rig.ts:8:9)
    at read (file://server/share/a.ts:1:2)
    at /lab/pipeline.ts:60:1
    at async file:///lab/pipeline.ts:61:2
    at Object.populate [as run] (/lab (old)/engine.js:1:30)
    at Array.map (<anonymous>)
    at async Promise.all (index 3)
    at eval (eval at detect (/lab/detect.ts:9:4), <anonymous>:1:1)
    at JSON.parse (native)
    at <anonymous>
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at node:internal/main:12:3`),
    [
      'Trace.make|/lab/pipeline.ts|52|24',
      'Trace.make|/lab/my rig/pipeline.ts|5|1',
      'Amplifier|C:\\lab\\rig.ts|7|3',
      'load|C:\\lab\\my rig.ts|8|9',
      'read|\\\\server\\share\\a.ts|1|2',
      'null|/lab/pipeline.ts|60|1',
      'null|/lab/pipeline.ts|61|2',
      'Object.populate [as run]|/lab (old)/engine.js|1|30',
      'Array.map|null|null|null',
      'Promise.all|null|null|null',
      'eval|/lab/detect.ts|9|4',
      'JSON.parse|null|null|null',
      'null|null|null|null',
      'process.processTicksAndRejections|node:internal/process/task_queues|105|5',
      'null|node:internal/main|12|3',
    ],
  );
});

test('causes: their frames follow, their messages are text', () => {
  const cause = ((): Error => new TypeError('inner'))();
  const error = new Error('outer\nat lunch', { cause });
  const parts = [...stackParts(inspect(error))];
  const texts = parts.filter((part) => part.type === 'text').map((part) => part.text.trim());
  assert.deepEqual(texts.slice(0, 2), ['Error: outer', 'at lunch']);
  assert.ok(texts.includes('[cause]: TypeError: inner'), texts.join());
  const own = parts.filter((part) => part.type === 'frame' && part.frame.file === __filename);
  assert.ok(own.length >= 2);
  assert.equal(parts.map((part) => (part.type === 'frame' ? part.frame.text : part.text)).join('\n'), inspect(error));
});

test('whose code a frame is', () => {
  const context = { workspaceFolders: ['/lab', 'C:\\Rig'], engineFolders: ['/ext/dist'] };
  const kind = (file: string): string | undefined => parseStack(`    at f (${file}:1:1)`, context)[0]?.kind;
  assert.equal(kind('/lab/pipeline.ts'), 'yours');
  assert.equal(kind('/laboratory/pipeline.ts'), 'library');
  assert.equal(kind('c:\\rig\\a.ts'), 'yours');
  assert.equal(kind('/ext/dist/engine.js'), 'engine');
  assert.equal(kind('/lab/node_modules/datajoint-workbench/dist/engine.js'), 'engine');
  assert.equal(kind('/lab/node_modules/fft/index.js'), 'library');
  assert.equal(kind('node:fs'), 'runtime');
  assert.equal(parseStack('    at Array.map (<anonymous>)', context)[0]?.kind, 'runtime');
  assert.equal(parseStack('    at f (/anywhere/a.ts:1:1)')[0]?.kind, 'yours');
});

test('what is no stack has no frames', () => {
  assert.deepEqual(parseStack(''), []);
  assert.deepEqual(parseStack('at home\n  at 10:30 we met\nTraceback: at x (y:1:2'), []);
});
