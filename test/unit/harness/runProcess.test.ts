import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runProcess } from '../../harness/runProcess.mjs';
import { until } from '../../harness/until';

const folder = mkdtempSync(path.join(tmpdir(), 'djw-run-'));

const run = (name: string, script: string, minutes: number) =>
  runProcess(['-e', script], { cwd: folder, env: process.env, log: path.join(folder, `${name}.log`), show: false, minutes });

const printed = (name: string) => readFileSync(path.join(folder, `${name}.log`), 'utf8').trim();

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A script that starts a process which inherits its output and never ends, and prints the pid of it. */
const LEAVES_ONE = `
  const { spawn } = require('node:child_process');
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  console.log(left.pid);
  left.unref();
`;

test('the output is in the log and the exit code is told', async () => {
  assert.deepEqual(await run('exit', 'console.log("out"); process.exitCode = 3', 1), { code: 3, inTime: true });
  assert.equal(printed('exit'), 'out');
});

test('a process that is left over ends with the run and does not hold it up', async () => {
  assert.deepEqual(await run('left', LEAVES_ONE, 1), { code: 0, inTime: true });
  await until('it ended', () => Promise.resolve(!isAlive(Number(printed('left')))));
});

test('what does not end is ended when the time is up, with all that it started', async () => {
  assert.deepEqual(await run('slow', `${LEAVES_ONE}; setInterval(() => {}, 1000)`, 0.1), { code: null, inTime: false });
  await until('it ended', () => Promise.resolve(!isAlive(Number(printed('slow')))));
});
