import assert from 'node:assert/strict';
import { rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { indexPipeline, PipelineIndexer, type TableClass } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

async function classesOf(context: TestContext, files: Record<string, string>): Promise<TableClass[]> {
  const folder = await sourceFolder(context, files);
  const { classes } = await indexPipeline(folder);
  return classes.map((found) => ({ ...found, file: path.relative(folder, found.file) }));
}

const names = (classes: readonly TableClass[]): string[] =>
  classes.map(({ className, tier, schemaName }) => `${schemaName ?? '?'}.${className} ${tier}`);

test('a pipeline file: tiers, schema, lines, parts, key source', async (context) => {
  const classes = await classesOf(context, {
    'pipeline.ts': `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('ephys');

@schema
export class Session extends dj.Manual {
  static definition = \`session : int32\`;
}

@schema
export class Peaks extends dj.Computed {
  static definition = \`-> Session\`;
  static readonly Peak = class Peak extends dj.Part {
    static definition = \`-> master\`;
  };
  static get keySource() {
    return Session;
  }
  async make(key: dj.Key): Promise<void> {
    await this.insert1(key);
  }
}
`,
  });
  assert.deepEqual(classes, [
    {
      className: 'Session',
      tier: 'manual',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'typescript',
      file: 'pipeline.ts',
      line: 5,
      endLine: 7,
      makeLine: null,
      makeMethods: [],
      definitionLine: 6,
      keySource: 'default',
      isInstalled: false,
    },
    {
      className: 'Peaks',
      tier: 'computed',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'typescript',
      file: 'pipeline.ts',
      line: 10,
      endLine: 21,
      makeLine: 18,
      makeMethods: [{ name: 'make', line: 18, endLine: 20 }],
      definitionLine: 11,
      keySource: 'own',
      isInstalled: false,
    },
    {
      className: 'Peaks.Peak',
      tier: 'part',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'typescript',
      file: 'pipeline.ts',
      line: 12,
      endLine: 14,
      makeLine: null,
      makeMethods: [],
      definitionLine: 13,
      keySource: 'default',
      isInstalled: false,
    },
  ]);
});

test('every way of writing imports, schemas and registration', async (context) => {
  const classes = await classesOf(context, {
    'a.ts': `import { Manual, Computed as C, schema as open } from 'datajoint-workbench';
      const name = 'lab';
      const s = open(name);
      class A extends Manual {}
      s(A);
      export const B = s(class B extends C<typeof A> {});
      @(s) class D extends (Manual) { makeTuples(key) {} }
      @s export default class E extends C { makeFetch = async () => {}; makeInsert() {} }
      export @s class F extends Manual {}`,
    'b.js': `const dj = require('datajoint-workbench');
      const { Lookup } = dj;
      const s = new dj.Schema("lab2");
      s(class G extends Lookup {});
      const { schema: other } = require('datajoint-workbench');
      const t = other('lab3');
      const H = class extends dj.Manual {};
      t(H);`,
    'c.ts': `import dj from 'datajoint-workbench';
      const s = dj.schema(\`lab_\${process.env.USER}\`);
      @s class I extends dj.Imported {}`,
  });
  assert.deepEqual(names(classes), [
    'lab.A manual',
    'lab.B computed',
    'lab.D manual',
    'lab.E computed',
    'lab.F manual',
    'lab2.G lookup',
    'lab3.H manual',
    '?.I imported',
  ]);
  assert.deepEqual(classes.at(-1)?.schemaPatterns, ['lab_*']);
  assert.deepEqual(
    classes.map((found) => found.makeLine),
    [null, null, 7, 8, null, null, null, null],
  );
});

test('the tier names of datajoint-python 2.3.4, qualified and imported', async (context) => {
  const classes = await classesOf(context, {
    'lab.ts': `import * as dj from 'datajoint-workbench';
      import { Compute, Ingest as FromFiles } from 'datajoint-workbench';
      const s = dj.schema('lab');
      @s class A extends dj.Entry {}
      @s class B extends dj.Ingest {}
      @s class C extends FromFiles {}
      @s class D extends dj.Compute { async make() {} }
      @s class E extends Compute {}`,
  });
  assert.deepEqual(names(classes), ['lab.A manual', 'lab.B imported', 'lab.C imported', 'lab.D computed', 'lab.E computed']);
});

test('schemas, bases and parts from other files of the folder', async (context) => {
  const classes = await classesOf(context, {
    'lib/schema.ts': `import * as dj from 'datajoint-workbench'; export const schema = dj.schema('ephys'); export { dj };`,
    'lib/index.ts': `export * from './schema'; export { Base as Root } from './base'; export * as names from './names';`,
    'lib/names.ts': `export const lab = 'lab';`,
    'lib/base.ts': `import { Computed } from 'datajoint-workbench';
      export abstract class Base extends Computed { static keySource = null; async make() {} }`,
    'parts.ts': `import { Part } from 'datajoint-workbench';
      export class Unit extends Part { static definition = ''; }`,
    'main.ts': `import { schema, Root, dj, names } from './lib';
      import * as parts from './parts.js';
      const other = dj.schema(names.lab);
      @schema class Sorting extends Root { static Unit = parts.Unit; static note = 'x'; }
      @other class Rig extends dj.Manual {}`,
  });
  assert.deepEqual(names(classes), ['ephys.Sorting computed', 'lab.Rig manual', 'ephys.Sorting.Unit part']);
  assert.deepEqual(
    classes.map((found) => found.makeLine),
    [null, null, null],
    'make of another file is not a line here',
  );
  assert.deepEqual(
    classes.map((found) => found.keySource),
    ['own', 'default', 'default'],
  );
});

test('code that is being typed still shows its tables', async (context) => {
  const before = `import * as dj from 'datajoint-workbench';\nconst schema = dj.schema('x');\n@schema\nexport class A extends dj.Manual {\n`;
  const after = `\n@schema\nexport class B extends dj.Computed {\n  async make(key: dj.Key) {\n  }\n}\n`;
  for (const middle of [
    '}',
    'static definition = `',
    "static definition = 'a",
    '  async make(key',
    'make(key) { const x = ',
    'make(key) { if (',
    '  static x: Map<string,',
    '}\nconst y = {',
    '}\nimport { a, ',
    '}\n@schema\nclass',
    '}\n@schema class C extends',
    '}\nschema(',
    'get keySource() { return A.restrict({',
  ]) {
    const classes = await classesOf(context, { 'p.ts': before + middle + after });
    assert.ok(
      classes.some((found) => found.className === 'A'),
      `A with ${middle}`,
    );
    assert.equal(classes.find((found) => found.className === 'A')?.makeLine ?? 5, 5, `make of A with ${middle}`);
    assert.ok(
      classes.some((found) => found.className === 'B' && found.schemaName === 'x'),
      `B with ${middle}`,
    );
  }
});

test('what is no table is left out', async (context) => {
  const classes = await classesOf(context, {
    'p.ts': `import * as dj from 'datajoint-workbench';
      import * as other from 'somewhere';
      const schema = dj.schema('x');
      class Helper {}
      class Thing extends other.Manual {}
      abstract class Base extends dj.Computed {}
      class Middle extends dj.Computed {}
      @schema class Leaf extends Middle {}
      class Loop1 extends Loop2 {} class Loop2 extends Loop1 {}
      class Unregistered extends dj.Manual {}
      class LonePart extends dj.Part {}
      const a = b; const b = a; @a class Circle extends b.c {}`,
    'node_modules/x/p.ts': `import * as dj from 'datajoint-workbench'; class InModules extends dj.Manual {}`,
    '.hidden/p.ts': `import * as dj from 'datajoint-workbench'; class Hidden extends dj.Manual {}`,
    'dist/p.js': `const dj = require('datajoint-workbench'); class Built extends dj.Manual {}`,
    'big.ts': `import * as dj from 'datajoint-workbench'; class Big extends dj.Manual {}\n${' '.repeat(400_000)}`,
    'types.d.ts': `import * as dj from 'datajoint-workbench'; class Declared extends dj.Manual {}`,
    'notes.txt': `class Text extends dj.Manual {}`,
  });
  assert.deepEqual(names(classes), ['x.Leaf computed']);
});

test('an indexer reads only what changed', async (context) => {
  const file = (table: string): string =>
    `import * as dj from 'datajoint-workbench'; const schema = dj.schema('x'); @schema class ${table} extends dj.Manual {}`;
  const folder = await sourceFolder(context, { 'a.ts': file('A'), 'b.ts': file('B') });
  const [a, b] = [path.join(folder, 'a.ts'), path.join(folder, 'b.ts')];
  const indexer = new PipelineIndexer(folder);
  assert.deepEqual(names((await indexer.all()).classes), ['x.A manual', 'x.B manual']);

  await writeFile(a, file('C'));
  await utimes(a, 1_000_000, 1_000_000);
  assert.deepEqual(names((await indexer.all()).classes), ['x.C manual', 'x.B manual']);

  await rm(b);
  assert.deepEqual(names((await indexer.all()).classes), ['x.C manual']);

  // Same time and size: taken from memory.
  await writeFile(a, file('D'));
  await utimes(a, 1_000_000, 1_000_000);
  assert.deepEqual(names((await indexer.all()).classes), ['x.C manual']);
});

test('a missing folder has no classes, an aborted index says why', async () => {
  assert.deepEqual((await indexPipeline('/nowhere/at/all')).classes, []);
  const reason = new Error('enough');
  await assert.rejects(indexPipeline(__dirname, {}, { signal: AbortSignal.abort(reason) }), reason);
});

test('indexing a large folder lets others run', async (context) => {
  const body = 'export function f(a: number): number { return a + 1; }\n'.repeat(2000);
  const files: Record<string, string> = {};
  for (let i = 0; i < 8; i++) files[`f${i}.ts`] = `import * as dj from 'datajoint-workbench';\n${body}`;
  const folder = await sourceFolder(context, files);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await indexPipeline(folder);
  clearInterval(timer);
  assert.ok(turns > 5, `${turns} turns`);
});
