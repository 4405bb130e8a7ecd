import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { DataJointError } from '../../../src/engine';
import { loadPipeline, parseStack, runFile } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

const head = `import * as dj from 'datajoint-workbench';\n`;

/** What running `p.ts` in its folder is refused with. */
async function refusal(context: TestContext, files: Record<string, string>): Promise<DataJointError> {
  const folder = await sourceFolder(context, files);
  const before = process.cwd();
  process.chdir(folder);
  try {
    await runFile('p.ts');
  } catch (thrown) {
    assert.ok(thrown instanceof DataJointError, String(thrown));
    assert.doesNotMatch(thrown.message, /\n/);
    return thrown;
  } finally {
    process.chdir(before);
  }
  throw new Error('the file ran');
}

test('a pipeline shares the engine, its files run once, and TypeScript needs no compiler', async (context) => {
  const folder = await sourceFolder(context, {
    'schema.ts': `${head}(globalThis as { runs?: number }).runs = ((globalThis as { runs?: number }).runs ?? 0) + 1;
export const schema = dj.schema('load_a');`,
    'tables.ts': `import dj from 'datajoint-workbench';
import { schema } from './schema.js';
enum Side { Left = 'left' }
@schema
export class Rig extends dj.Manual {
  static definition = \`side : varchar(8)\`;
  declare readonly note: string;
  static #secret = 1;
  constructor(readonly side: Side = Side.Left) { super(); }
}`,
    'p.ts': `${head}import { schema } from './schema';
import { Rig } from './tables';
const { default: again } = await import('datajoint-workbench');
@schema
class Inner extends dj.Computed {
  static definition = \`-> Rig\`;
  static Part = class Part extends dj.Part { static definition = \`-> master\`; };
  async make(): Promise<void> {
    const rig: typeof Rig = Rig;
    throw new RangeError(
      rig.name satisfies string,
    );
  }
}
export const same = again.schema === dj.schema;
if (!same) throw new Error('two engines');`,
  });
  const { file, classes } = await loadPipeline(path.join(folder, 'p.ts'));
  assert.equal(file, path.join(folder, 'p.ts'));
  assert.deepEqual(
    classes.filter((found) => found.name.schema === 'load_a').map((found) => found.label),
    ['Rig', 'Inner', 'Inner.Part'],
  );
  assert.equal((globalThis as { runs?: number }).runs, 1);

  const inner = classes.find((found) => found.label === 'Inner');
  const made = Reflect.construct(inner?.table as unknown as new () => { make(): Promise<void> }, []);
  const error: unknown = await made.make().catch((thrown: unknown) => thrown);
  const [frame] = parseStack(error instanceof Error ? (error.stack ?? '') : '');
  assert.deepEqual([frame?.file, frame?.line], [file, 11]);
});

test('a syntax error has its file, line and column, also in an imported file', async (context) => {
  const broken = 'const a: number = 1;\nfunction (((\n';
  assert.match((await refusal(context, { 'p.ts': broken })).message, /^p\.ts:2:10: Unexpected token\.$/);
  assert.match((await refusal(context, { 'p.ts': `import './q';`, 'q.ts': broken })).message, /^q\.ts:2:10: /);
});

test('a file that throws is told with place and message', async (context) => {
  const error = await refusal(context, {
    'p.ts': `interface A { a: number }\n\nfunction rig(): never {\n  throw new TypeError('no rig');\n}\nrig();\n`,
  });
  assert.equal(error.code, 'pipeline');
  assert.match(error.message, /^p\.ts:4: TypeError: no rig$/);
  assert.match((await refusal(context, { 'p.ts': `throw { code: 3 };` })).message, /^p\.ts: threw /);
  assert.match(
    (await refusal(context, { 'p.ts': `await Promise.reject(new Error('later'));` })).message,
    /^p\.ts:1: Error: later$/,
  );
});

test('an error of the engine keeps its code and gets its place', async (context) => {
  const error = await refusal(context, { 'p.ts': `${head}dj.schema('Not A Name');` });
  assert.equal(error.code, 'usage');
  assert.match(error.message, /^p\.ts:2: "Not A Name" cannot name a schema/);
});

test('imports that cannot be found name the line that asks', async (context) => {
  const relative = await refusal(context, { 'p.ts': `const a = 1;\nimport { b } from './nope';\nconsole.log(b);` });
  assert.equal(relative.message, 'p.ts:2: "./nope" cannot be found: check the path.');
  const bare = await refusal(context, { 'p.ts': `import './q';`, 'q.ts': `\n\nimport 'no-such-package';` });
  assert.equal(bare.message, 'q.ts:3: "no-such-package" cannot be found: install it beside the pipeline.');
});

test('no file, a folder, a file without tables', async (context) => {
  const folder = await sourceFolder(context, { 'p.ts': 'export {};' });
  await assert.rejects(runFile(path.join(folder, 'absent.ts')), {
    code: 'pipeline',
    message: /There is no file .*absent\.ts/,
  });
  await assert.rejects(runFile(folder), { code: 'pipeline', message: /is no file/ });
});

/** What a file gives for its types alone is never run. */
const typesOnly = {
  'never.ts': `throw new Error('a file of types was loaded');`,
  'types.ts': `export interface Plain { a: number }\nexport interface Other { b: number }`,
  'declared.d.ts': `export interface Declared { c: number }`,
};

test('an import that only a definition needs is loaded, types are not, and lines stay', async (context) => {
  const folder = await sourceFolder(context, {
    ...typesOnly,
    'session.ts': `${head}export const schema = dj.schema('load_kept');
@schema export class Session extends dj.Manual { static definition = 'session : int32'; }`,
    'rate.ts': `${head}import { Session } from './session';
import { type Gain, Rig } from './rig.js';
import type { Never } from './never';
import { type Alone } from './never';
import { Plain, Other } from './types';
import { Declared } from './declared';
import { Lacking } from 'no-such-package';
export const schema = dj.schema('load_kept');
export { Plain };
export const at = (given: Gain | Never | Alone | Declared | Lacking | Other): unknown => given;
@schema export class Rate extends dj.Computed { static definition = '-> Session\\n-> Rig'; }
export function fail(): never { throw new RangeError('line 13'); }`,
    // It needs at once what the file that it comes back to has.
    'rig.ts': `${head}import { schema } from './rate';
export type Gain = number;
@schema export class Rig extends dj.Manual { static definition = 'rig : int32'; }`,
    'p.ts': `import { at } from './rate';\nat(1);`,
    'fails.ts': `import { fail } from './rate';\nfail();`,
  });
  const { classes } = await loadPipeline(path.join(folder, 'p.ts'));
  assert.deepEqual(classes.filter(({ name }) => name.schema === 'load_kept').map(({ label }) => label).sort(), ['Rate', 'Rig', 'Session']);
  await assert.rejects(runFile(path.join(folder, 'fails.ts')), { message: /rate\.ts:13: RangeError: line 13$/ });
});

test('such an import is loaded before the first await of the file, and its own awaits are waited for', async (context) => {
  const folder = await sourceFolder(context, {
    'later.ts': `await new Promise((resolve) => setImmediate(resolve));\n(globalThis as { order?: string[] }).order?.push('later');\nexport class Later {}`,
    'p.ts': `import { Later } from './later';
const { order } = globalThis as { order?: string[] };
order?.push('own');
export const one = await Promise.resolve(1);
order?.push('after');
export const type = (given: Later): Later => given;
throw new RangeError('line 7');`,
  });
  const order: string[] = [];
  Object.assign(globalThis, { order });
  await assert.rejects(runFile(path.join(folder, 'p.ts')), { message: /p\.ts:7: RangeError: line 7$/ });
  assert.deepEqual(order, ['own', 'later', 'after']);
});

test('a file that is imported for a definition and is not there is told', async (context) => {
  const error = await refusal(context, { 'p.ts': `import { Session } from './sesion';\nexport type Kept = Session;` });
  assert.equal(error.message, 'p.ts:1: "./sesion" cannot be found: check the path.');
});
