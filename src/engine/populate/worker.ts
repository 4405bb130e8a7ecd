import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import type { Connection } from '../database';
import type { Worker } from '../jobs';
import type { JobSettings } from '../settings';

/** This process as it signs the jobs that it reserves. */
export async function thisWorker(connection: Connection, settings: JobSettings): Promise<Omit<Worker, 'connectionId'>> {
  return { host: hostname(), pid: process.pid, user: connection.user, version: await codeVersion(settings) };
}

/** datajoint-python 2.3.2, `jobs._get_job_version`: the short commit id of the working folder, or nothing. */
export async function codeVersion(settings: JobSettings): Promise<string> {
  if (settings.versionMethod !== 'git') return '';
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], { timeout: 5000 });
    return stdout.trim().slice(0, 64);
  } catch {
    return '';
  }
}
