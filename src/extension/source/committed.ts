/** What a file read like in a commit, asked of the repository that it is in. */
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

const patienceMs = 3000;
/** No source that people write is longer. */
const mostBytes = 1024 * 1024;
/** A commit does not change: what it had is asked for once. */
const known = new Map<string, string>();
const mostKnown = 100;

/**
 * The commit that a job names as its version, as `git rev-parse` or `git describe` state it; null for any other text, and
 * for a commit with changes on top (`-dirty`), which nobody knows any more.
 */
export function commitOf(version: string): string | null {
  return /^(?:.*-g)?([0-9a-f]{7,64})$/i.exec(version.trim())?.[1] ?? null;
}

/**
 * The text of a file as the commit of a version has it. Null without git, for a version that is no commit, and where the
 * file's repository does not know it. Runs `git`: only for workspaces that are trusted.
 */
export async function committedText(version: string, file: string): Promise<string | null> {
  const commit = commitOf(version);
  if (commit === null) return null;
  const id = `${commit}:${file}`;
  const before = known.get(id);
  if (before !== undefined) return before;
  const object = `${commit}:./${path.basename(file)}`;
  // Neither a question to the person, nor one to another machine.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' };
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', path.dirname(file), 'cat-file', 'blob', object], {
      env,
      timeout: patienceMs,
      maxBuffer: mostBytes,
      windowsHide: true,
    });
    if (known.size >= mostKnown) known.clear();
    known.set(id, stdout);
    return stdout;
  } catch {
    return null;
  }
}
