import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NdArray } from '../../../src/engine';
import { parseStack, stackParts } from '../../../src/pipeline';

const short = (stack: unknown): string[] =>
  parseStack(stack).map(({ functionName, file, line, column }) => `${functionName}|${file}|${line}|${column}`);

test('the struct array of a job table, as it is decoded', () => {
  const expected = ['Peaks.makeTuples|/home/lab/+ephys/Peaks.m|25|null', 'AutoPopulate.populate_|/opt/dj/AutoPopulate.m|330|null'];
  const structs = [
    { file: '/home/lab/+ephys/Peaks.m', name: 'Peaks.makeTuples', line: 25 },
    { file: '/opt/dj/AutoPopulate.m', name: 'AutoPopulate.populate_', line: 330n },
  ];
  assert.deepEqual(short(structs), expected);
  assert.deepEqual(short(structs.map((struct) => [struct])), expected, 'a matrix of one column');
  assert.deepEqual(short(JSON.stringify(structs.map((struct) => ({ ...struct, line: Number(struct.line) })))), expected, 'as JSON');
  assert.deepEqual(short(structs[0]), expected.slice(0, 1), 'one struct alone');
  assert.deepEqual(short([{ ...structs[0], line: Float64Array.of(25) }]), expected.slice(0, 1), 'a number as MATLAB has them');
  assert.deepEqual(short({ ...structs[0], line: new NdArray('float64', [1, 1], Float64Array.of(25)) }), expected.slice(0, 1));
  assert.deepEqual(short([{ file: '', name: 'anonymous', line: 'x' }]), ['anonymous|null|null|null']);
  assert.deepEqual(short([]), []);
  assert.deepEqual(short([{ other: 1 }]), []);
  assert.deepEqual(short(new NdArray('float64', [2], Float64Array.of(1, 2))), []);
  assert.deepEqual(short(null), []);
});

test('reports as MATLAB prints them', () => {
  assert.deepEqual(
    short(`Error using ephys.Peaks>threshold (line 12)
gain is zero

Error in ephys.Peaks/makeTuples (line 25)
            self.insert(threshold(key))

Error in <a href="matlab:helpUtils.errorDocCallback('populate')">populate</a> (<a href="matlab: opentoline('/opt/dj/populate.m',330,0)">line 330</a>)
Error: File: /home/lab/broken.m Line: 3 Column: 5`),
    [
      'ephys.Peaks>threshold|+ephys/Peaks.m|12|null',
      'ephys.Peaks/makeTuples|+ephys/Peaks.m|25|null',
      'populate|/opt/dj/populate.m|330|null',
      'null|/home/lab/broken.m|3|5',
    ],
  );
  assert.deepEqual(
    [...stackParts('Error in transmission')],
    [{ type: 'text', text: 'Error in transmission' }],
  );
});
