import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { program, root, Running, temporaryFolder } from './djwProcess';

const guardProgram = path.join(root, 'dist/guard.js');

const pipeline = `import * as dj from 'datajoint-workbench';
const schema = dj.schema('lab');

@schema
export class Item extends dj.Lookup {
  static definition = \`item : int32\`;
  static contents = [[1], [2], [3], [4], [5]];
}

@schema
export class Slow extends dj.Computed {
  static definition = \`-> Item\`;
  async make(key: dj.Key): Promise<void> {
    await this.insert1(key);
    if (key['item'] === 1) return;
    console.log('waiting in ' + String(key['item']));
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
}
`;

for (const [signal, code, message] of [
  ['SIGINT', 130, 'KeyboardInterrupt'],
  ['SIGTERM', 143, 'SIGTERM received'],
] as const) {
  test(`${signal}: the running key fails, the others wait, and djw ends`, async (context) => {
    const folder = await temporaryFolder(context, { 'p.ts': pipeline });
    const running = folder.start(['populate', 'Slow', '--reserve-jobs', '--suppress-errors']);
    await running.printed('waiting in 2');
    running.kill(signal);
    const ended = await running.finished;
    assert.deepEqual([ended.code, ended.err], [code, '']);
    assert.match(ended.out, new RegExp(`✗ item 2 {3}.*${message}.*\nStopped: 1 computed, 1 error, 0 skipped`));

    const jobs: unknown = JSON.parse((await folder.djw('jobs', 'Slow', '--json')).out);
    assert.deepEqual(jobs, { pending: 3, reserved: 0, success: 0, error: 1, ignore: 0 });
    const errors = JSON.parse((await folder.djw('errors', 'Slow', '--json')).out) as { message: string; key: object }[];
    assert.deepEqual(
      errors.map((error) => [error.key, error.message.includes(message)]),
      [[{ item: 2 }, true]],
    );
    assert.deepEqual(JSON.parse((await folder.djw('progress', 'Slow', '--json')).out), {
      done: 1,
      remaining: 4,
      total: 5,
    });
  });
}

test('stopped with --json, the output is still JSON', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': pipeline });
  const running = folder.start(['populate', 'Slow', '--json']);
  await running.printed('waiting in 2');
  running.kill('SIGINT');
  const { code, out } = await running.finished;
  assert.equal(code, 130);
  assert.deepEqual(JSON.parse(out), { success_count: 1, error_list: [[{ item: 2 }, 'KeyboardInterrupt']] });
});

test('a script that populates is stopped the same way', async (context) => {
  const folder = await temporaryFolder(context, {
    'p.ts': pipeline,
    'main.ts': `import { Slow } from './p';\nawait Slow.populate({ reserveJobs: true, suppressErrors: true });\n`,
  });
  const running = folder.start(['run', 'main.ts']);
  await running.printed('waiting in 2');
  running.kill('SIGINT');
  assert.equal((await running.finished).code, 130);
  const jobs: unknown = JSON.parse((await folder.djw('jobs', 'Slow', '--json')).out);
  assert.deepEqual(jobs, { pending: 3, reserved: 0, success: 0, error: 1, ignore: 0 });
});

/** A process that computes for ever, and the guard of it. */
async function guarded(context: TestContext): Promise<{ busy: Running; guard: Running; guardInput: Writable }> {
  const victim = spawn(process.execPath, ['-e', `require('fs').writeSync(1, 'busy\\n'); for (;;);`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => victim.kill('SIGKILL'));
  const watcher = spawn(process.execPath, [guardProgram, String(victim.pid)]);
  context.after(() => watcher.kill('SIGKILL'));
  const [busy, guard] = [new Running(victim), new Running(watcher)];
  await Promise.all([busy.printed('busy'), guard.printed('watching')]);
  return { busy, guard, guardInput: watcher.stdin };
}

test('a make() that never awaits is ended by the guard', async (context) => {
  const { busy, guard } = await guarded(context);
  guard.kill('SIGINT');
  assert.equal((await busy.finished).code, null);
  assert.match((await guard.finished).err, /^djw: A make\(\) or a query did not respond to SIGINT, so djw was ended\. A job that was running will be pending again\.\n$/);
});

test('SIGTERM to the group of a djw that never awaits ends it, as a scheduler sends it; its job is pending again', async (context) => {
  const busy = pipeline.replace('await this.insert1(key);', "require('node:fs').writeSync(1, 'busy\\n'); for (;;);");
  const folder = await temporaryFolder(context, { 'p.ts': busy });
  const child = spawn(process.execPath, [program, 'populate', 'Slow', '--reserve-jobs'], { cwd: folder.path, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = -(child.pid ?? 0);
  context.after(() => {
    try {
      process.kill(group, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  });
  const running = new Running(child);
  await running.printed('busy');
  process.kill(group, 'SIGTERM');
  const { code, err } = await running.finished;
  assert.equal(code, null, 'SIGKILL ended it');
  assert.match(err, /^djw: A make\(\) or a query did not respond to SIGTERM, so djw was ended\./);
  await folder.write('free.ts', "import { Slow } from './p';\nawait Slow.jobs.refresh();\n");
  assert.equal((await folder.djw('run', 'free.ts')).code, 0);
  assert.deepEqual(JSON.parse((await folder.djw('jobs', 'Slow', '--json')).out), { pending: 5, reserved: 0, success: 0, error: 0, ignore: 0 });
});

test('a guard that is stood down lets go', async (context) => {
  const { busy, guard, guardInput } = await guarded(context);
  // It learns of both at once: of the signal alone it would make use after a while.
  guard.kill('SIGSTOP');
  guard.kill('SIGINT');
  await new Promise<void>((resolve) => guardInput.end(resolve));
  guard.kill('SIGCONT');
  assert.deepEqual(await guard.finished, { code: 0, out: 'watching\n', err: '' });
  assert.equal(busy.ended, false);
});

test('djw kill lists who is connected with what they run, and ends what a restriction names', async (context) => {
  const folder = await temporaryFolder(context, { 'p.ts': pipeline });
  assert.match((await folder.djw('kill')).out, /^There is no database yet/);
  const running = folder.start(['populate', 'Slow', '--reserve-jobs', '--suppress-errors']);
  await running.printed('waiting in 2');
  const list = await folder.djw('kill', 'COMMAND = "Populate"', '--order-by', 'time desc');
  assert.match(list.out, /^ID +USER +HOST +DB +COMMAND +TIME +STATE +INFO\n +\d+ .* Populate +\d+ +djw populate +populate lab\.Slow\n +└ runs lab\.Slow: item \d\n/);
  const rows = JSON.parse((await folder.djw('kill', '--json')).out) as { id: number; pid: number; jobs: { table: string; key: object }[] }[];
  assert.deepEqual(rows[0]?.jobs[0]?.table, 'lab.Slow');
  for (const [restriction, says] of [
    ['TIME >', /ends where a column or a value is expected \(position 7\)/],
    ['SLEEP(9) = 1', /function SLEEP\(\) cannot be used.*position 1/],
    ['TIME > 0; DROP TABLE x', /semicolon.*position 9/],
  ] as const) {
    const refused = await folder.djw('kill', restriction);
    assert.equal(refused.code, 2);
    assert.match(refused.err, says);
  }
  const unlimited = await folder.djw('kill', '--yes');
  assert.deepEqual([unlimited.code, running.ended], [2, false]);
  assert.match(unlimited.err, /--yes needs a RESTRICTION/);
  const killed = await folder.djw('kill', `ID = ${String(rows[0]?.id)}`, '--yes');
  assert.deepEqual([killed.code, killed.out], [0, `Session ${String(rows[0]?.id)} has ended.\n`]);
  assert.equal((await running.finished).code, 143);
  assert.match((await folder.djw('kill', 'ID > 0', '--yes')).out, /No connection meets/);
});
