import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { type Engine, describeEngine, manual, refused } from './describeEngine';
import { counts, none } from './jobCounts';

async function work(engine: Engine, n: number) {
  const schema = engine.schema();
  const Source = manual(schema, 'Source', 'k : int32\n---\nkind : char(1)');
  const made: number[] = [];
  class Result extends dj.Computed {
    static override readonly definition: string = '-> Source';
    async make(key: dj.Key) {
      made.push(Number(key['k']));
      if (key['k'] === 99) throw new Error('ninety-nine');
      await this.insert1(key);
    }
  }
  schema(Result);
  await Source.insert(Array.from({ length: n }, (_, k) => [k, k % 2 === 0 ? 'e' : 'o']));
  const jobsTable = engine.connection.dialect.tableReference({ schema: schema.schemaName, table: '~~result' });
  return { schema, Source, Result, made, jobsTable };
}

/** A row that another program's worker would leave: of a host where nobody can look. */
const held = (jobsTable: string, where: string) => ({
  sql: `UPDATE ${jobsTable} SET status = 'reserved', host = 'elsewhere', pid = 12, connection_id = 987654321, user = 'u@h', duration = NULL, reserved_time = '2020-01-01 00:00:00.000' WHERE ${where}`,
  values: [],
});

/** The server's idea of a moment that lies so many seconds ahead. */
async function ahead(engine: Engine, seconds: number): Promise<string> {
  const { dialect, executor } = engine.connection;
  const rows = await executor.all({ sql: `SELECT ${dialect.addSeconds(dialect.now(3), '?')} AS moment`, values: [seconds] });
  return String(rows[0]?.['moment']);
}

export const schedules = describeEngine('schedules and priorities', (engine) => {
  it('changes the priority of chosen jobs later', async () => {
    const { Source, Result, made } = await work(engine, 8);
    await Result.jobs.refresh();
    assert.equal(await Result.jobs.setPriority(1, { k: 6 }), 1);
    assert.equal(await Result.jobs.setPriority(2, Source.restrict("kind = 'o'"), 'k > 2'), 3);
    assert.equal(await Result.jobs.setPriority(9, [{ k: 0 }, { k: 2 }], "status = 'pending'"), 2);
    assert.equal(await Result.jobs.setPriority(3, { k: 77 }), 0);
    assert.deepEqual(await Result.jobs.fetch('priority', { orderBy: 'KEY' }), [9, 5, 9, 2, 5, 2, 1, 2]);
    await Result.populate({ reserveJobs: true, priority: 4 });
    assert.deepEqual(made.splice(0), [6, 3, 5, 7]);
    assert.equal(await Result.jobs.setPriority(0), 4);
    await Result.populate({ reserveJobs: true, priority: 0 });
    assert.equal(made.length, 4);
    for (const priority of [-129, 128, 1.5, NaN]) await refused('usage', () => Result.jobs.setPriority(priority), String(priority));
  });

  it('leaves reserved jobs to their worker', async () => {
    const { Result, jobsTable } = await work(engine, 2);
    await Result.jobs.refresh();
    await engine.connection.executor.run(held(jobsTable, 'k = 0'));
    assert.equal(await Result.jobs.setPriority(1), 1);
    assert.deepEqual(await Result.jobs.fetch('priority', { orderBy: 'KEY' }), [5, 1]);
  });

  it('schedules new jobs by a delay or for a moment, on the server\'s clock', async () => {
    const { Result, made } = await work(engine, 6);
    await Result.jobs.refresh('k = 0', { delay: 0.05 });
    await Result.jobs.refresh('k = 1', { delay: -3600 });
    await Result.jobs.refresh('k = 2', { scheduledTime: new Date(Date.now() + 3_600_000) });
    await Result.jobs.refresh('k = 3', { scheduledTime: new Date(Date.now() - 3_600_000) });
    await Result.jobs.refresh('k = 4', { scheduledTime: await ahead(engine, 7200) });
    await Result.jobs.refresh('k = 5', { scheduledTime: '2020-02-29 12:00:00' });
    const times = (await Result.jobs.fetch('scheduled_time', { orderBy: 'KEY' })).map(String);
    assert.equal(times[5], '2020-02-29 12:00:00.000');
    for (const [k, seconds] of [[1, -3600], [2, 3600], [3, -3600], [4, 7200]] as const) {
      const [least, most] = [await ahead(engine, seconds - 60), await ahead(engine, seconds + 60)];
      assert.ok(least < (times[k] ?? '') && (times[k] ?? '') < most, `${k}: ${least} < ${times[k] ?? ''} < ${most}`);
    }
    while ((await ahead(engine, 0)) <= (times[0] ?? '')) await new Promise((resolve) => setImmediate(resolve));
    await Result.populate({ reserveJobs: true });
    assert.deepEqual(made.sort(), [0, 1, 3, 5]);
    await refused('usage', () => Result.jobs.refresh({ delay: 1, scheduledTime: new Date() }), 'not both');
    await refused('usage', () => Result.jobs.refresh({ delay: NaN }), 'delay');
    await refused('invalid_value', () => Result.jobs.refresh({ scheduledTime: 'tomorrow' }), 'tomorrow');
    for (const odd of [5, new Date(NaN)]) {
      await refused('usage', () => Result.jobs.refresh({ scheduledTime: odd } as dj.RefreshOptions), 'scheduledTime');
    }
  });

  it('counts as work of a run only what is due', async () => {
    const { Result } = await work(engine, 4);
    await Result.jobs.refresh('k < 2', { delay: 3600 });
    const totals: number[] = [];
    const onProgress = (event: dj.PopulateEvent) => event.type === 'start' && totals.push(event.total);
    await Result.populate({ reserveJobs: true, maxCalls: 1, onProgress });
    await Result.populate({ reserveJobs: true, onProgress });
    assert.deepEqual(totals, [1, 1]);
  });

  it('ends reserved jobs whose result exists', async () => {
    const { Result, jobsTable } = await work(engine, 4);
    await Result.jobs.refresh();
    await Result.insert([{ k: 0 }, { k: 1 }], { allowDirectInsert: true });
    await engine.connection.executor.run(held(jobsTable, 'k IN (0, 2)'));
    assert.deepEqual(await Result.jobs.refresh(), { added: 0, removed: 0, orphaned: await orphans(engine), rePended: 0 });
    assert.equal(await Result.jobs.restrict({ k: 0 }).count(), 0);
    await engine.connection.executor.run(held(jobsTable, 'k IN (1, 2, 3)'));
    assert.equal((await Result.jobs.refresh({ orphanTimeout: 60 })).orphaned, 2);
    assert.deepEqual(await counts(Result), { ...none, pending: 2 });
  });

  it('keeps ended jobs that way when finished jobs are kept', async () => {
    const { Result, jobsTable } = await work(engine, 2);
    await Result.jobs.refresh();
    await Result.insert([{ k: 0 }], { allowDirectInsert: true });
    await engine.connection.executor.run(held(jobsTable, 'TRUE'));
    dj.config.jobs.keepCompleted = true;
    try {
      await Result.jobs.refresh({ orphanTimeout: 60 });
    } finally {
      dj.config.jobs.keepCompleted = false;
    }
    assert.deepEqual(await counts(Result), { ...none, pending: 1, success: 1 });
  });

  it('takes default priority and version from the settings', async () => {
    const { Result } = await work(engine, 2);
    const before = { ...dj.config.jobs };
    Object.assign(dj.config.jobs, { defaultPriority: 7, versionMethod: 'git', keepCompleted: true });
    try {
      await Result.populate({ reserveJobs: true });
    } finally {
      Object.assign(dj.config.jobs, before);
    }
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    assert.deepEqual(await Result.jobs.completed.fetch('version', 'priority'), [[commit, commit], [7, 7]]);
  });
});

/** How many of the jobs of a session that nobody knows count as lost: where every session is listed, it has ended. */
async function orphans(engine: Engine): Promise<number> {
  const [verdict] = await engine.connection.sessions.liveness([{ connectionId: 987654321, host: 'elsewhere', pid: 12 }]);
  return verdict?.verdict === 'gone' ? 1 : 0;
}
