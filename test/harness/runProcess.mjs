// Runs the process of a stage with everything that it starts, and ends with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a Node script in a process group of its own. What it has started and left over ends with it, so that a worker which
 * still holds its output cannot hold up the run; all of it ends when the time is up.
 * @param {string[]} args of Node
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, log: string, show: boolean, minutes: number }} options `log`: the file that
 * gets its output; `show`: whether it is printed here, too; `minutes`: how long it may take
 * @returns {Promise<{ code: number | null, inTime: boolean }>} the exit code, null where a signal ended it
 */
export async function runProcess(args, { cwd, env, log, show, minutes }) {
  mkdirSync(path.dirname(log), { recursive: true });
  const file = createWriteStream(log);
  const child = spawn(process.execPath, args, { cwd, env, detached: true });
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(file, { end: false });
    if (show) stream.pipe(process.stdout, { end: false });
  }
  const endGroup = () => killGroup(child.pid);
  const stop = (signal) => {
    endGroup();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  // A terminal sends Ctrl-C to its own process group only.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  let inTime = true;
  const limit = setTimeout(() => {
    inTime = false;
    endGroup();
  }, minutes * 60_000);
  const closed = once(child, 'close');
  const [code] = await once(child, 'exit');
  clearTimeout(limit);
  endGroup();
  await closed;
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  file.end();
  await once(file, 'finish');
  return { code, inTime };
}

/** Ends a process group. On Windows, which has none, the process alone. */
function killGroup(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
