import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openDatabase, type Database, type OpenOptions } from '../../../src/engine/database';
import { DataJointError, type ErrorCode } from '../../../src/engine/errors';
import { declare, item } from './builders';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'database-')));
const opened: Database[] = [];
const children: ChildProcess[] = [];
let files = 0;

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const database of opened) await database.close();
  rmSync(root, { recursive: true, force: true });
});

/** A path for a database file that nobody else uses. */
export function freshFile(): string {
  return join(root, String(++files), '.datajoint', 'embedded.db');
}

/** An open database, closed when the tests of the file have ended. */
export async function open(file: string = freshFile(), options: OpenOptions = {}): Promise<Database> {
  const database = await openDatabase({ kind: 'embedded', file, durability: 'full' }, options);
  opened.push(database);
  return database;
}

/** A database with the table `lab.item`. */
export async function openWithItems(options: OpenOptions = {}, file?: string): Promise<Database> {
  const database = await open(file, options);
  await declare(database, item);
  return database;
}

export async function refused(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<DataJointError> {
  let caught: unknown;
  try {
    await work;
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof DataJointError, `expected a DataJointError, got ${String(caught)}`);
  assert.equal(caught.code, code);
  assert.match(caught.message, message);
  return caught;
}

/** Starts `child.ts` with arguments; resolves when it has sent its first message. */
export async function startChild(...args: string[]): Promise<{ child: ChildProcess; first: unknown }> {
  const child = fork(join(__dirname, 'child.ts'), args, { execArgv: ['--import', 'tsx'] });
  children.push(child);
  const [first] = (await once(child, 'message')) as [unknown];
  return { child, first };
}
