import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findClasses, findTables, type TableClass } from '../../../src/pipeline';

const table = (schemaName: string | null, className: string, file: string): TableClass => ({
  className,
  tier: 'computed',
  schemaName,
  schemaPatterns: [],
  schemaObject: null,
  activatedIn: null,
  language: 'python',
  file,
  line: 1,
  endLine: 9,
  makeLine: 2,
  makeMethods: [{ name: 'make', line: 2, endLine: 9 }],
  definitionLine: null,
  keySource: 'default',
  isInstalled: false,
});
const classes = [table(null, 'Trace', '/lab/dynamic.ts'), table('ephys', 'Trace', '/lab/ephys.ts'), table('other', 'Peaks', '/lab/other.ts')];

test('the schema decides first, a class of unknown schema comes after, another schema never', () => {
  assert.deepEqual(
    findClasses(classes, { name: { schema: 'ephys' }, className: 'Trace' }).map(({ tableClass, by }) => [tableClass.file, by]),
    [
      ['/lab/ephys.ts', 'schema'],
      ['/lab/dynamic.ts', 'name'],
    ],
  );
  assert.equal(findClasses(classes, { name: { schema: 'behavior' }, className: 'Trace' })[0]?.by, 'name');
  assert.deepEqual(findClasses(classes, { name: { schema: 'ephys' }, className: 'Peaks' }), []);
});

test('a class whose schema has a dynamic name: by what is known of the name, and back to its tables', () => {
  const dynamic = { ...table(null, 'Trace', '/lab/pattern.py'), schemaPatterns: ['*_ephys'] };
  const all = [...classes, dynamic];
  const by = (schema: string): string[] => findClasses(all, { name: { schema }, className: 'Trace' }).map(({ tableClass, by: how }) => `${how} ${tableClass.file}`);
  assert.deepEqual(by('lab_ephys'), ['pattern /lab/pattern.py', 'name /lab/dynamic.ts']);
  assert.deepEqual(by('ephys'), ['schema /lab/ephys.ts', 'name /lab/dynamic.ts']);
  assert.deepEqual(by('lab_ephysx'), ['name /lab/dynamic.ts']);

  const tables = ['lab_ephys', 'ephys', 'old_ephys'].map((schema) => ({ name: { schema }, className: 'Trace' }));
  const found = (tableClass: TableClass): string[] => findTables(tableClass, tables).map(({ table: { name }, by: how }) => `${how} ${name.schema}`);
  assert.deepEqual(found(dynamic), ['pattern lab_ephys', 'pattern old_ephys']);
  assert.deepEqual(found(table('ephys', 'Trace', '/lab/a.py')), ['schema ephys']);
  assert.deepEqual(found(table(null, 'Trace', '/lab/a.py')), ['name lab_ephys', 'name ephys', 'name old_ephys']);
  assert.deepEqual(found(table(null, 'Peaks', '/lab/a.py')), []);
});
