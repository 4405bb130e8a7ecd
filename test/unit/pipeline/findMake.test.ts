import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findClasses, findMake, type PipelineIndex, type TableClass } from '../../../src/pipeline';

const table = (schemaName: string | null, className: string, file: string): TableClass => ({
  className,
  tier: 'computed',
  schemaName,
  file,
  line: 1,
  makeLine: 2,
  customKeySource: false,
});
const index: PipelineIndex = {
  folder: '/lab',
  classes: [
    table(null, 'Trace', '/lab/dynamic.ts'),
    table('ephys', 'Trace', '/lab/ephys.ts'),
    table('other', 'Peaks', '/lab/other.ts'),
  ],
};

test('the schema decides first, a class of unknown schema comes after, another schema never', () => {
  assert.deepEqual(
    findClasses(index, 'ephys', 'Trace').map(({ tableClass, by }) => [tableClass.file, by]),
    [
      ['/lab/ephys.ts', 'schema'],
      ['/lab/dynamic.ts', 'name'],
    ],
  );
  assert.equal(findMake(index, 'behavior', 'Trace')?.by, 'name');
  assert.equal(findMake(index, 'ephys', 'Peaks'), null);
});
