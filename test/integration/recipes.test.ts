// The recipes of docs/recipes, run as they stand: GNU Parallel with eleven workers, SLURM dry, systemd, a container.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmod, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type Folder, program, temporaryFolder, together } from './djwProcess';

const root = path.resolve(__dirname, '../..');
const recipes = path.join(root, 'docs/recipes');
const run = promisify(execFile);

const pipeline = (workers: number): string => `import * as dj from 'datajoint-workbench';
${together}export const schema = dj.schema('tutorial');
@schema
export class Experiment extends dj.Lookup {
  static definition = \`exp_id : int32\`;
  static contents = Array.from({ length: 60 }, (_, exp) => [exp]);
}
@schema
export class Analysis extends dj.Computed {
  static definition = \`
    -> Experiment
    ---
    pid : int32
  \`;
  async make(key: dj.Key) {
    await together(${workers});
    await this.insert1({ ...key, pid: process.pid });
  }
}
`;

/** A folder with a pipeline that so many processes work on, and \`djw\` on the PATH of what is run in it. */
async function lab(context: TestContext, workers = 1): Promise<{ folder: Folder; env: NodeJS.ProcessEnv }> {
  const folder = await temporaryFolder(context, { 'pipeline.ts': pipeline(workers) });
  await folder.write('bin/djw', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(path.join(folder.path, 'bin/djw'), 0o755);
  const kept = Object.entries(process.env).filter(([name]) => !/^(DJ_|DJW_|NODE_)/.test(name));
  const env = { ...Object.fromEntries(kept), PATH: `${folder.path}/bin:${process.env['PATH'] ?? ''}`, HOME: folder.path };
  return { folder, env };
}

/** Every key has one result, and no job is left; how many processes there were. */
async function allMade({ folder, env }: { folder: Folder; env: NodeJS.ProcessEnv }): Promise<number> {
  await folder.write('look.ts', `import { Analysis } from './pipeline';
console.log(JSON.stringify({ rows: await Analysis.fetch(), jobs: (await Analysis.jobs.progress()).total }));`);
  const { stdout } = await run('djw', ['run', 'look.ts'], { cwd: folder.path, env });
  const { rows, jobs } = JSON.parse(stdout) as { rows: { exp_id: number; pid: number }[]; jobs: number };
  assert.deepEqual(rows.map(({ exp_id }) => exp_id).sort((a, b) => a - b), Array.from({ length: 60 }, (_, exp) => exp));
  assert.equal(jobs, 0);
  return new Set(rows.map(({ pid }) => pid)).size;
}

test('GNU Parallel: eleven workers make each key once', async (context) => {
  const place = await lab(context, 11);
  const { stdout } = await run('bash', [path.join(recipes, 'parallel.sh'), 'Analysis'], { cwd: place.folder.path, env: place.env });
  const computed = [...stdout.matchAll(/^Done: (\d+) computed, 0 errors/gm)].map(([, n]) => Number(n));
  assert.equal(computed.length, 11, stdout);
  assert.equal(computed.reduce((sum, n) => sum + n, 0), 60);
  assert.equal(await allMade(place), 11);
});

test('document 001: the line of the shell, as it is printed there', async (context) => {
  const place = await lab(context, 11);
  const line = String.raw`printf 'djw populate Analysis --reserve-jobs;\n%.0s' {1..11}| parallel -j 11`;
  await run('bash', ['-c', line], { cwd: place.folder.path, env: place.env });
  assert.equal(await allMade(place), 11);
});

test('SLURM: the array script is sound, and a task of it works off the schema', async (context) => {
  const script = path.join(recipes, 'slurm-array.sh');
  execFileSync('bash', ['-n', script]);
  const options = (await readFile(script, 'utf8')).split('\n').filter((line) => line.startsWith('#SBATCH'));
  assert.ok(options.every((line) => /^#SBATCH --[a-z-]+=\S+$/.test(line)), options.join('\n'));
  const place = await lab(context, 2);
  const tasks = [1, 2].map(async (task) => {
    const env = { ...place.env, SLURM_ARRAY_TASK_ID: String(task), SLURM_ARRAY_JOB_ID: '4711', SLURM_SUBMIT_DIR: place.folder.path };
    return await run('bash', [script, 'tutorial'], { cwd: root, env });
  });
  for (const [index, { stdout, stderr }] of (await Promise.all(tasks)).entries()) {
    assert.match(stderr, new RegExp(`^worker ${index + 1} of array job 4711 on `));
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { event: string; errors: number };
    assert.deepEqual([last.event, last.errors], ['end', 0]);
  }
  assert.equal(await allMade(place), 2);
  assert.equal(spawnSync('bash', [script, 'tutorial'], { env: place.env }).status, 1, 'outside of SLURM it does nothing');
});

test('systemd: the unit is sound', async (context) => {
  const unit = await readFile(path.join(recipes, 'djw-worker@.service'), 'utf8');
  assert.match(unit, /^ExecStart=\/usr\/local\/bin\/djw worker %i --forever --json$/m);
  assert.match(unit, /^SuccessExitStatus=143$/m);
  const sections = [...unit.matchAll(/^\[(\w+)\]$/gm)].map(([, name]) => name);
  assert.deepEqual(sections, ['Unit', 'Service', 'Install']);
  assert.ok(unit.split('\n').every((line) => line === '' || /^(#.*|\[\w+\]|[A-Za-z]+=.*)$/.test(line)));
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return;
  const { folder } = await lab(context);
  // As on a machine where djw is installed.
  const file = path.join(folder.path, 'djw-worker@tutorial.service');
  await writeFile(file, unit.replace('/usr/local/bin/djw', path.join(folder.path, 'bin/djw')));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /djw-worker/);
});

test('a container: the file is sound, and dist needs nothing but Node', async (context) => {
  const text = await readFile(path.join(recipes, 'Containerfile'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(lines.every((line) => /^(FROM|WORKDIR|COPY|RUN|USER|STOPSIGNAL|ENTRYPOINT|CMD) \S/.test(line)), text);
  for (const list of lines.filter((line) => /^(ENTRYPOINT|CMD) /.test(line))) assert.ok(Array.isArray(JSON.parse(list.slice(list.indexOf(' ')))));
  // What the image holds, without node_modules anywhere above.
  const { folder, env } = await lab(context);
  const image = await temporaryFolder(context);
  await cp(path.dirname(program), path.join(image.path, 'opt/djw'), { recursive: true });
  await image.write('bin/node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
  await chmod(path.join(image.path, 'bin/node'), 0o755);
  await symlink(path.join(image.path, 'opt/djw/djw.js'), path.join(image.path, 'bin/djw'));
  const inside = { ...env, PATH: `${image.path}/bin:/usr/bin:/bin` };
  const { stdout } = await run('djw', ['worker', 'tutorial', '--processes', '2', '--json'], { cwd: folder.path, env: inside });
  assert.match(stdout, /"event":"end","reason":"nothing left to do","computed":60,"errors":0,"skipped":0\}\n$/);
});

test('document 000: worker.ts', async (context) => {
  const place = await lab(context, 4);
  const page = await readFile(path.join(root, 'docs/recipes.md'), 'utf8');
  const [, script = ''] = /```ts\n([^]*?)```/.exec(page) ?? [];
  await place.folder.write('worker.ts', script);
  await run('djw', ['run', 'worker.ts'], { cwd: place.folder.path, env: place.env });
  assert.equal(await allMade(place), 4);
});
