// Embedded databases on file systems that do not lock, which a library in place of the C library's fcntl plays (LD_PRELOAD).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { type Finished, type Folder, temporaryFolder } from './djwProcess';

const built = mkdtempSync(path.join(tmpdir(), 'locks-'));
after(() => rmSync(built, { recursive: true }));
const library = path.join(built, 'locks.so');

function compile(): string | false {
  if (process.platform !== 'linux') return 'LD_PRELOAD is a word of Linux';
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, path.join(__dirname, '../fixtures/locks/locks.c'), '-ldl'], { stdio: 'pipe' });
    return false;
  } catch {
    return 'there is no C compiler (cc)';
  }
}

const enter = `import * as dj from 'datajoint-workbench';
const lab = dj.schema('lab');
@lab class Session extends dj.Manual { static definition = \`session : int32\`; }
await Session.insert([{ session: 1 }], { skipDuplicates: true });
`;

const refusal = /^djw: The file system of .*embedded\.db refuses to lock files \(ENOLCK\): keep the database on a local disk, or use a database server\.\n$/;
const pretence = /^djw: The file system of .*embedded\.db only pretends to lock files, .*: keep it on a local disk, or use a database server\.\n$/;

async function lab(context: TestContext): Promise<Folder> {
  const folder = await temporaryFolder(context);
  await folder.write('enter.ts', enter);
  return folder;
}

const on = (folder: Folder, locks: string, ...args: string[]): Promise<Finished> =>
  folder.start(args, { LD_PRELOAD: library, DJW_TEST_LOCKS: locks }).finished;

describe('a file system without locks', { skip: compile() }, () => {
  it('that refuses them is said to, at once and not as the lock of another; nothing is made', async (context) => {
    const folder = await lab(context);
    const { code, err } = await on(folder, 'refuse', 'run', 'enter.ts');
    assert.equal(code, 2);
    // After two seconds of waiting for a lock there would be a warning as well.
    assert.match(err, refusal);
    assert.equal(existsSync(path.join(folder.path, '.datajoint/embedded.db')), false);
  });

  it('that grants them to everybody is found by a second process, before there is a database', async (context) => {
    const folder = await lab(context);
    const { code, err } = await on(folder, 'pretend', 'run', 'enter.ts');
    assert.equal(code, 2);
    assert.match(err, pretence);
    assert.equal(existsSync(path.join(folder.path, '.datajoint/embedded.db')), false);
  });

  it('is found where a database has come to it from elsewhere', async (context) => {
    const folder = await lab(context);
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
    await rm(path.join(folder.path, '.datajoint/embedded.db-sessions/locks-tested'));
    for (const [locks, sentence] of [['refuse', refusal], ['pretend', pretence]] as const) {
      assert.match((await on(folder, locks, 'run', 'enter.ts')).err, sentence);
    }
    assert.match((await on(folder, 'refuse', 'list')).out + (await on(folder, 'refuse', 'list')).err, /refuses to lock files/);
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0, 'the database is whole');
  });
});

describe('locks of an embedded database', () => {
  it('are tried once, and the trial leaves nothing behind', async (context) => {
    const folder = await lab(context);
    const sessions = path.join(folder.path, '.datajoint/embedded.db-sessions');
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
    assert.deepEqual(await readdir(sessions), ['locks-tested']);
    const first = readFileSync(path.join(sessions, 'locks-tested'), 'utf8');
    // Where a trial would be made again, it would end with this.
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
    assert.equal(readFileSync(path.join(sessions, 'locks-tested'), 'utf8'), first);
  });

  it('are held in files of this folder and in none that a link there names', async (context) => {
    const folder = await lab(context);
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
    const sessions = path.join(folder.path, '.datajoint/embedded.db-sessions');
    const mine = path.join(folder.path, 'mine.txt');
    writeFileSync(mine, '');
    for (let id = 1; id < 20; id += 1) symlinkSync(mine, path.join(sessions, `${String(id)}.lock`));
    const { code, err } = await folder.djw('run', 'enter.ts');
    assert.equal(code, 2);
    assert.match(err, /^djw: .*\.lock is a link to another place: remove it, then try again\.\n$/);
    assert.equal(readFileSync(mine, 'utf8'), '');
    rmSync(sessions, { recursive: true });
    const elsewhere = path.join(folder.path, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, sessions);
    assert.match((await folder.djw('run', 'enter.ts')).err, /^djw: .*embedded\.db-sessions is a link to another place: remove it, then try again\.\n$/);
    assert.deepEqual(await readdir(elsewhere), []);
  });

  it('stand beside a .gitignore that is never written through a link', async (context) => {
    const folder = await lab(context);
    mkdirSync(path.join(folder.path, '.datajoint'));
    symlinkSync(path.join(folder.path, 'nothing-here'), path.join(folder.path, '.datajoint/.gitignore'));
    assert.equal((await folder.djw('run', 'enter.ts')).code, 0);
    assert.equal(existsSync(path.join(folder.path, 'nothing-here')), false);
  });
});
