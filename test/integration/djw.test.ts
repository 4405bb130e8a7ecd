import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './djwProcess';

const head = `import * as dj from 'datajoint-workbench';\nconst schema = dj.schema('lab');\n`;
const item = `@schema
export class Item extends dj.Lookup {
  static definition = \`
    item : int32
    side : varchar(8)
  \`;
  static contents = [1, 2, 3, 4].map((item) => [item, item % 2 === 0 ? 'left' : 'right']);
}\n`;
const computed = (name: string, body: string): string => `@schema
export class ${name} extends dj.Computed {
  static definition = \`
    -> Item
    ---
    value : float64
  \`;
  async make(key: dj.Key): Promise<void> {
    ${body}
    await this.insert1({ ...key, value: 1 });
  }
}\n`;
const odd = `if (Number(key['item']) % 2 === 1) throw new RangeError('odd one');`;

test('help and version', async (context) => {
  const folder = await temporaryFolder(context);
  const help = await folder.djw('--help');
  assert.deepEqual([help.code, help.err], [0, '']);
  for (const name of ['run', 'list', 'populate', 'refresh', 'progress', 'jobs', 'errors']) {
    assert.match(help.out, new RegExp(`^ {2}${name} `, 'm'));
    const own = await folder.djw(name, '--help');
    assert.deepEqual([own.code, own.out.startsWith(`djw ${name}: `)], [0, true]);
    assert.ok(
      own.out.split('\n').every((line) => line.length <= 100),
      own.out,
    );
  }
  assert.match((await folder.djw('--version')).out, /^\d+\.\d+\.\d+\n$/);
  const bare = await folder.djw();
  assert.deepEqual([bare.code, bare.out], [2, help.out]);
});

test('the command line: each mistake is one sentence and exit code 2', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': head + item + computed('Trace', '') });
  const cases: [string[], RegExp][] = [
    [['populat', 'Trace'], /There is no command "populat"\. Did you mean populate\?/],
    [['populate'], /populate needs TABLE/],
    [['populate', 'Trace', '--reserve'], /no option --reserve\. Did you mean --reserve-jobs\?/],
    [['populate', 'Trace', '--max-calls', 'many'], /--max-calls takes a whole number of at least 1, not "many"/],
    [['populate', 'Trase'], /No table Trase in the files here\. Did you mean Trace/],
    [['populate', 'other.Trace'], /No table other\.Trace/],
    [['populate', 'Item'], /Item is a lookup table/],
    [['populate', 'Trace', '--pipeline', 'q.ts'], /There is no file q\.ts/],
    [['populate', 'Trace', 'side_of=left'], /no attribute "side_of", only item, side/],
    [['populate', 'Trace', '{"itme": 1}'], /no attribute "itme".*Did you mean item\?/],
    [['populate', 'Trace', '{"item": 1'], /is no JSON/],
    [['populate', 'Trace', 'item=three'], /"three" is not a whole number/],
    [['populate', 'Trace', 'item >'], /The restriction item > cannot be used/],
    [['populate', 'Trace', 'weight > 3'], /weight/],
    [['run', 'q.ts'], /There is no file q\.ts/],
    [['jobs', 'Trace', '--status', 'eror'], /--status is one of .* Did you mean error\?/],
    [['list', 'Trace'], /does not know what to do with "Trace"/],
  ];
  for (const [args, sentence] of cases) {
    const { code, out, err } = await folder.djw(...args);
    assert.deepEqual([code, out], [2, ''], `${args.join(' ')}: ${out}${err}`);
    assert.match(err, /^djw: .*\n$/, args.join(' '));
    assert.match(err, sentence);
  }
});

test('a mistyped name creates no database', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': head + item });
  await folder.djw('populate', 'Nothing');
  await folder.djw('list');
  await folder.djw('errors');
  assert.equal(existsSync(path.join(folder.path, '.datajoint')), false);
});

test('a folder without a pipeline', async (context) => {
  const folder = await temporaryFolder(context);
  const list = await folder.djw('list');
  assert.deepEqual([list.code, list.err], [0, '']);
  assert.match(list.out, /^No tables: .* has none and no file in .* declares any\.\n$/);
  assert.match((await folder.djw('populate', 'Trace')).err, /No file in .* declares tables.*--pipeline FILE/);
  assert.match((await folder.djw('jobs', 'Trace')).err, /There is no table Trace: the database is empty/);
  assert.equal((await folder.djw('errors')).out, 'No errors.\n');
});

test('which of several tables of one name', async (context) => {
  const other = (head + item + computed('Trace', '')).replace(`'lab'`, `'clinic'`);
  const folder = await temporaryFolder(context, { 'a.ts': head + item + computed('Trace', ''), 'b/b.ts': other });
  const { code, err } = await folder.djw('populate', 'Trace');
  assert.equal(code, 2);
  assert.match(
    err,
    /Trace may mean lab\.Trace \(a\.ts:\d+\) or clinic\.Trace \(b\/b\.ts:\d+\): write the schema as well/,
  );
  assert.equal((await folder.djw('populate', 'clinic.Trace')).code, 0);
  assert.equal((await folder.djw('populate', 'Trace', '--pipeline', 'a.ts')).code, 0);
});

test('populate: exit codes, JSON and restrictions', async (context) => {
  const folder = await temporaryFolder(context, {
    'p.ts': head + item + computed('Fine', `console.log('noise');`) + computed('Half', odd),
  });
  const one = await folder.djw('populate', 'Fine', 'side=left', 'item > 2', '--json');
  assert.deepEqual(one, { code: 0, out: '{"success_count":1,"error_list":[]}\n', err: 'noise\n' });
  const two = await folder.djw('populate', 'Fine', '[{"item": 1}, {"item": 4}, {"item": 2, "side": "left"}]', '--json');
  assert.equal(two.out, '{"success_count":2,"error_list":[]}\n');
  assert.equal((await folder.djw('populate', 'Fine', '--max-calls=1')).code, 0);
  assert.match((await folder.djw('populate', 'Fine')).out, /^Done: 0 computed, 0 errors, 0 skipped/);

  const stopped = await folder.djw('populate', 'Half');
  assert.equal(stopped.code, 1);
  assert.match(
    stopped.out,
    /^✗ item 1, side "right" {3}RangeError: odd one {3}p\.ts:\d+\nDone: 0 computed, 1 error.*\nThe first error ended the run with 3 keys to go/,
  );
  const all = await folder.djw('populate', 'Half', '--suppress-errors', '--json');
  assert.equal(all.code, 1);
  assert.deepEqual(JSON.parse(all.out), {
    success_count: 2,
    error_list: [
      [{ item: 1, side: 'right' }, 'RangeError: odd one'],
      [{ item: 3, side: 'right' }, 'RangeError: odd one'],
    ],
  });
});

test('the queue: refresh, jobs, errors', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': head + item + computed('Half', odd) });
  assert.match((await folder.djw('refresh', 'Half')).out, /^Half: 4 jobs added, 0 removed/);
  assert.deepEqual(JSON.parse((await folder.djw('refresh', 'Half', '--json')).out), {
    added: 0,
    removed: 0,
    orphaned: 0,
    re_pended: 0,
  });
  assert.match((await folder.djw('jobs', 'Half')).out, /^pending +4\nreserved +0\nerror +0\n/);
  assert.equal((await folder.djw('populate', 'Half', '--reserve-jobs', '--suppress-errors')).code, 1);
  const fine = await folder.djw('populate', 'Half', '--suppress-errors', '--errors-ok');
  assert.equal(fine.code, 0);
  assert.match(fine.out, /2 errors/);
  assert.deepEqual(JSON.parse((await folder.djw('jobs', 'Half', '--json')).out), {
    pending: 0,
    reserved: 0,
    success: 0,
    error: 2,
    ignore: 0,
  });
  assert.match(
    (await folder.djw('jobs', 'Half', '--status', 'error')).out,
    /^item \d, side "right" {3}RangeError: odd one\n/,
  );
  const errors = JSON.parse((await folder.djw('errors', '--json')).out) as { message: string; key: object }[];
  assert.deepEqual(
    errors.map(({ message }) => message),
    ['RangeError: odd one', 'RangeError: odd one'],
  );
  assert.equal((await folder.djw('progress', 'Half')).out, 'Half: 2 of 4 done (50 %), 2 to do.\n');
});

test('piped output is plain, and a reader that leaves is no error', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': head + item + computed('Half', odd) });
  const { out } = await folder.djw('populate', 'Half', '--suppress-errors');
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f]/);
  const cut = await folder.shell('$DJW --help | head -1');
  assert.deepEqual(cut, {
    code: 0,
    out: 'djw: run DataJoint pipelines, with an embedded database or a server.\n',
    err: '',
  });
  assert.deepEqual(await folder.shell('{ $DJW list; echo "rc $?" >&2; } | true'), { code: 0, out: '', err: 'rc 0\n' });
});

test('a pipeline that cannot be used is told with its place', async (context) => {
  const cases: [string, RegExp][] = [
    [`${head}throw new Error('no rig');`, /^djw: p\.ts:3: Error: no rig\n$/],
    [`${head}class {{{`, /^djw: p\.ts:3:\d+: /],
    [`${head}import './nope';`, /^djw: p\.ts:3: "\.\/nope" cannot be found: check the path\.\n$/],
    [`console.error('nothing here');`, /declares no tables/],
    [head + computed('Trace', ''), /Trace, line 2: no table "Item" is known/],
    [
      head + item + computed('Trace', '').replace('float64', 'float46'),
      /Trace, line 4, "value : float46": unknown type "float46"\. Did you mean float64\?/,
    ],
  ];
  for (const [text, sentence] of cases) {
    const folder = await temporaryFolder(context, { 'p.ts': text });
    const { code, err } = await folder.djw('populate', 'Trace', '--pipeline', 'p.ts');
    assert.equal(code, 2, err);
    assert.match(err, sentence);
    assert.doesNotMatch(err, /^ +at /m);
  }
});

test('stacks are for those who ask', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': `throw new Error('no rig');` });
  const { err } = await folder.start(['run', 'p.ts'], { DJW_DEBUG: '1' }).finished;
  assert.match(err, /^djw: p\.ts:1: Error: no rig\n[^]*\n +at .*p\.ts:1:/);
});

test('a database that cannot be used is one sentence', async (context) => {
  const folder = await temporaryFolder(context, {
    'p.ts': head + item + computed('Fine', ''),
    'broken.db': 'this is no database, just some text '.repeat(100),
  });
  for (const args of [['populate', 'Fine'], ['list'], ['errors']]) {
    const { code, err } = await folder.djw(...args, '--database', 'broken.db');
    assert.equal(code, 2, err);
    assert.match(err, /^djw: .*broken\.db.*\n$/);
  }
  const other = await folder.djw('populate', 'Fine', '--database', 'data/other.db', '--json');
  assert.deepEqual([other.code, other.out], [0, '{"success_count":4,"error_list":[]}\n']);
  assert.equal(existsSync(path.join(folder.path, 'data/other.db')), true);
  assert.equal(existsSync(path.join(folder.path, '.datajoint')), false);
});

test('run: arguments, exit code, work that is not awaited, progress', async (context) => {
  const folder = await temporaryFolder(context, {
    'p.ts': head + item + computed('Half', odd),
    'script.ts': `console.log(process.argv.slice(2).join(' '));
setTimeout(() => { console.log('later'); process.exitCode = 7; }, 20);`,
    'fill.ts': `import { Half } from './p';
const result = await Half.populate({ displayProgress: true, suppressErrors: true });
console.log(JSON.stringify(result.errorList.length));`,
    'fails.ts': `import { Half } from './p';\nawait Half.populate();`,
  });
  assert.deepEqual(await folder.djw('run', 'script.ts', 'a', '--', '--json'), { code: 7, out: 'a --json\nlater\n', err: '' });
  const fill = await folder.djw('run', 'fill.ts');
  assert.match(
    fill.out,
    /^✗ item 1, side "right" {3}RangeError: odd one {3}p\.ts:\d+\n✗ .*\nHalf: 2 computed, 2 errors, 0 skipped in .*\n2\n$/,
  );
  const fails = await folder.djw('run', 'fails.ts');
  assert.deepEqual([fails.code, fails.out], [1, '']);
  assert.match(fails.err, /^djw: p\.ts:\d+: RangeError: odd one\n$/);
});
