// The stages of `npm test`. Each runs to its end and answers with its totals.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';
import { provide } from './needs.mjs';
import { runProcess } from './runProcess.mjs';
import { titleOf } from './servers/ensure.mjs';
import { startsServer } from './startsServer.mjs';

const artifacts = path.join(root, 'test/artifacts');

/**
 * `script` stages count as one test. `folder` stages run the *.test.ts files below a folder of test/; `seconds` is how
 * long one file may take, and `parallel` how many files run at once. `again`: a file that fails is run once more, alone, since
 * a busy machine may hold up servers, processes and a browser beyond what a test expects; what passes only then is told. Not
 * so in `crash`, where a rare failure is what is looked for. On the second server and those after it run the files that start
 * a server, or of these only `further`.
 */
export const stages = [
  { name: 'lint', script: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'types', script: ['test/harness/typecheck.mjs'] },
  { name: 'build', script: ['esbuild.mjs'] },
  { name: 'unit', folder: 'unit', seconds: 300, parallel: availableParallelism(), again: true },
  { name: 'rows', folder: 'types', seconds: 300, parallel: availableParallelism(), again: true },
  { name: 'fuzz', folder: 'fuzz', seconds: 300, parallel: availableParallelism() },
  { name: 'conformance', folder: 'integration', seconds: 600, parallel: availableParallelism(), again: true },
  { name: 'interop', folder: 'interop', seconds: 600, parallel: availableParallelism(), again: true, further: ['bridge.test.ts', 'declare.test.ts', 'queue.test.ts', 'schemaJobs.test.ts'] },
  { name: 'peer', folder: 'peer', seconds: 600, parallel: 1, again: true, further: [] },
  { name: 'crash', folder: 'crash', seconds: 600, parallel: 1 },
  { name: 'e2e', folder: 'e2e', seconds: 900, parallel: 1, again: true, further: ['server.test.ts'] },
];

/** The test files of a stage, relative to the root; none for a stage that is a script. */
async function testFiles({ folder }) {
  if (folder === undefined || !existsSync(path.join(root, 'test', folder))) return [];
  const entries = await readdir(path.join(root, 'test', folder), { recursive: true });
  const tests = entries.filter((entry) => entry.endsWith('.test.ts')).sort();
  return tests.map((entry) => path.join('test', folder, entry));
}

/**
 * The runs of a stage: with all of its files on the first server, and on each other one with what starts a server.
 * @returns {Promise<{stage: object, title: () => string, name: string, files: string[], server: string, isFurther: boolean}[]>}
 */
export async function runsOf(stage, servers) {
  const files = await testFiles(stage);
  const withServer = files.filter((file) => startsServer(file));
  const title = (server) => (withServer.length === 0 ? stage.name : `${stage.name} on ${titleOf(server)}`);
  if (stage.script === undefined && files.length === 0) return [];
  const [first, ...others] = servers;
  const run = { stage, title: () => title(first), name: stage.name, files, server: first, isFurther: false };
  const again = withServer.filter((file) => stage.further?.includes(path.basename(file)) ?? true);
  if (again.length === 0) return [run];
  return [run, ...others.map((server) => ({ stage, title: () => title(server), name: `${stage.name}-${server}`, files: again, server, isFurther: true }))];
}

/** How long one run of a stage may take. The longest takes a third of it on two busy cores. */
const MINUTES = 30;

/** Runs a Node script; its output goes to test/artifacts/NAME.log, and here what `show` lets through. */
const node = (name, args, { env = {}, show }) =>
  runProcess(args, { cwd: root, env: { ...process.env, ...env }, log: path.join(artifacts, `${name}.log`), show, minutes: MINUTES });

async function runScript({ name, script }) {
  const { code } = await node(name, script, { show: false });
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  process.stdout.write(readFileSync(path.join(artifacts, `${name}.log`), 'utf8'));
  return { passed: 0, failed: 1, skipped: 0 };
}

async function runTests({ stage, name, files, server, isFurther }) {
  const read = files.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
  const { env: provided, missing } = await provide(read, server);
  const env = { ...provided, DJW_TEST_SERVER: server, ...(isFurther ? { DJW_TEST_SERVER_IS_FURTHER: '1' } : {}) };
  for (const { file, reason } of missing) console.log(`  - skipped: ${file} (${reason})`);
  const lacking = new Set(missing.map(({ file }) => file));
  const runnable = files.filter((file) => !lacking.has(file));
  if (runnable.length === 0) return { passed: 0, failed: 0, skipped: lacking.size };

  const first = await runFiles(stage, name, runnable, env);
  const totals = stage.again ? await runFailedAgain(stage, name, runnable, first, env) : first;
  return { passed: totals.passed, failed: totals.failed, skipped: totals.skipped + lacking.size };
}

/** Runs test files; answers with what the reporter wrote. */
async function runFiles({ seconds, parallel }, name, files, env) {
  const results = path.join(artifacts, 'results', `${name}.json`);
  mkdirSync(path.dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const reporter = pathToFileURL(path.join(root, 'test/harness/reporter.mjs')).href;
  const { inTime } = await node(
    name,
    [
      '--import',
      'tsx',
      '--test',
      `--test-concurrency=${parallel}`,
      `--test-timeout=${seconds * 1000}`,
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...files,
    ],
    { env: { ...env, DJW_RESULTS: results }, show: true },
  );
  const found = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : { passed: 0, failed: 0, skipped: 0, files: {} };
  const missing = files.filter((file) => found.files[path.join(root, file)] === undefined);
  if (inTime && missing.length === 0) return found;
  console.log(`  ✗ ${name}: ${inTime ? 'ended' : `stopped after ${MINUTES} minutes`} without the results of ${missing.join(', ')}; see test/artifacts/${name}.log`);
  return { ...found, failed: found.failed + Math.max(1, missing.length) };
}

/** Runs the files that failed or did not run to their end once more, alone; what passes then counts as passed, loudly. */
async function runFailedAgain(stage, name, files, first, env) {
  const has = (results, file) => results.files[path.join(root, file)];
  const hasPassed = (results) => (file) => has(results, file)?.failed === 0;
  const failed = files.filter((file) => !hasPassed(first)(file));
  if (failed.length === 0) return first;
  console.log(`  running ${failed.map((file) => path.basename(file)).join(', ')} again`);
  const second = await runFiles({ ...stage, parallel: 1 }, `${name}-again`, failed, env);
  for (const file of failed.filter(hasPassed(second))) console.log(`\n  !! ${path.basename(file)} PASSED ON THE SECOND TRY; how it failed stands above.\n`);
  const kept = files.filter(hasPassed(first)).map((file) => has(first, file));
  const sum = (key) => kept.reduce((total, counts) => total + counts[key], 0) + second[key];
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * Does one run of a stage.
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export function runStage(run) {
  return run.stage.script === undefined ? runTests(run) : runScript(run.stage);
}
