import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';

const session = (subject_id: string, session_idx: number) => ({ subject_id, session_idx });

describe('the overview of a database', () => {
  let folder: string;
  let connection: dj.Connection;
  let overview: dj.Overview;
  let sessions: typeof dj.Manual;
  let traces: typeof dj.Imported;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overview-'));
    connection = new dj.Connection(
      await dj.openDatabase({ kind: 'embedded', file: path.join(folder, 'embedded.db'), durability: 'full' }, { program: 'test' }),
    );
    const schema = dj.schema('lab', { connection });
    const archive = dj.schema('archive', { connection });

    class Subject extends dj.Manual {
      static override readonly definition = 'subject_id : varchar(8)';
    }
    schema(Subject);
    class Session extends dj.Manual {
      static override readonly definition = `
        -> Subject
        session_idx : int16
      `;
    }
    schema(Session);
    class Trace extends dj.Imported {
      static override readonly definition = `
        # a trace
        -> Session
        ---
        n : int32
      `;
      static readonly Spike = class Spike extends dj.Part {
        static override readonly definition = `
          -> master
          spike : int16
        `;
      };
      async make(key: dj.Key): Promise<void> {
        if (key['session_idx'] === 3) throw new RangeError(`gain is zero for ${JSON.stringify(key)}`);
        if (key['subject_id'] === 'quote"\'ß') throw new TypeError('odd');
        await this.insert1({ ...key, n: 1 });
        await Trace.Spike.insert([{ ...key, spike: 1 }, { ...key, spike: 2 }]);
      }
    }
    schema(Trace);
    class Copy extends dj.Computed {
      static override readonly definition = '-> Trace';
    }
    archive(Copy);

    await Subject.insert([['a'], ['b'], ['quote"\'ß']]);
    await Session.insert(['a', 'b'].flatMap((id) => [1, 2, 3].map((i) => session(id, i))));
    await Session.insert1(session('quote"\'ß', 1));
    await Copy.count();
    await Trace.populate({ reserveJobs: true, suppressErrors: true });
    await Session.insert1(session('b', 4));
    await Trace.jobs.refresh();
    [sessions, traces] = [Session, Trace];
    overview = dj.createOverview(connection);
  });

  after(async () => {
    await connection.close();
    await rm(folder, { recursive: true });
  });

  const trace = { schema: 'lab', table: '_trace' };

  it('lists schemas', async () => {
    assert.deepEqual((await overview.schemas()).map((schema) => schema.name), ['archive', 'lab']);
  });

  it('lists tables in pipeline order with rows, progress and jobs', async () => {
    const tables = await overview.tables('lab');
    assert.deepEqual(tables.map((table) => [table.className, table.tier, table.rows]), [
      ['Subject', 'manual', 3],
      ['Session', 'manual', 8],
      ['Trace', 'imported', 4],
      ['Trace.Spike', 'part', 8],
    ]);
    const found = tables[2];
    assert.equal(found?.comment, 'a trace');
    assert.deepEqual(found?.progress, { done: 4, total: 8, moreThan: null, atMost: null, problem: null });
    assert.deepEqual(found?.jobs, { pending: 1, reserved: 0, success: 0, error: 3, ignore: 0 });
    assert.deepEqual(tables[3]?.master, trace);
  });

  it('counts the keys of a table whose parent is in another schema', async () => {
    const [copy] = await overview.tables('archive');
    assert.deepEqual(copy?.progress, { done: 0, total: 4, moreThan: null, atMost: null, problem: null });
    assert.equal(copy?.jobs, null);
  });

  it('lists jobs a page at a time', async () => {
    const first = await overview.jobs(trace, 'error', { limit: 2, offset: 0 });
    const second = await overview.jobs(trace, 'error', { limit: 2, offset: 2 });
    assert.equal(first.total, 3);
    assert.equal(first.jobs.length + second.jobs.length, 3);
    const [pending] = (await overview.jobs(trace, 'pending', { limit: 10, offset: 0 })).jobs;
    assert.deepEqual(pending?.key, session('b', 4));
    assert.equal(pending?.worker, null);
  });

  it('finds all errors of the database and those of one kind', async () => {
    const { jobs, total } = await overview.errors({ limit: 200, offset: 0 });
    assert.equal(total, 3);
    assert.ok(jobs.every((job) => job.status === 'error' && job.completedAt !== null && Math.abs(Date.now() - job.completedAt) < 600_000));
    assert.deepEqual(await overview.sameFailure(trace, session('a', 3)), [session('b', 3)]);
  });

  it('shows one job with its stack, also under an odd key', async () => {
    const { job, done } = await overview.job(trace, session('quote"\'ß', 1));
    assert.equal(done, false);
    assert.equal(job?.message, 'TypeError: odd');
    assert.match(job?.stack ?? '', /TypeError: odd\n\s+at Trace\.make \(.*overview\.test\.ts:\d+/);
    assert.equal(job?.worker?.pid, process.pid);
  });

  it('moves jobs: retry, ignore, clear', async () => {
    assert.equal(await overview.retry(trace, [session('a', 3)]), 1);
    assert.equal(await overview.retry(trace, [session('a', 3)]), 0, 'it is pending already');
    assert.equal(await overview.ignore(trace, [session('a', 3)]), 1);
    assert.equal((await overview.jobs(trace, 'ignore', { limit: 10, offset: 0 })).total, 1);
    assert.equal(await overview.clear(trace, [session('a', 3)]), 1);
    assert.equal((await overview.job(trace, session('a', 3))).job, null);
    assert.equal((await overview.job(trace, session('a', 1))).done, true);
  });

  it('lists workers with what they hold and whether they live', async () => {
    await sessions.insert([session('b', 5), session('b', 6)]);
    await traces.jobs.refresh();
    const own = (await connection.database.sessions.list()).find((each) => each.own)?.id ?? 0;
    const hold = (session_idx: number, id: number, reserved: string) =>
      connection.database.run({
        sql: `UPDATE "lab.~~trace" SET status = 'reserved', reserved_time = ?, user = 'me@here', host = 'vm', pid = 7, connection_id = ? WHERE session_idx = ?`,
        values: [reserved, id, session_idx],
      });
    await hold(4, own, '2026-01-01 00:00:02.000');
    await hold(5, own, '2026-01-01 00:00:01.000');
    await hold(6, own + 1000, '2026-01-01 00:00:03.000');
    const { workers } = await overview.workers();
    assert.deepEqual(
      workers.map(({ connectionId, pid, since, jobs, liveness }) => [connectionId - own, pid, since, jobs.map(({ key }) => key['session_idx']), liveness.verdict]),
      [
        [0, 7, Date.UTC(2026, 0, 1, 0, 0, 1), [5, 4], 'alive'],
        [1000, 7, Date.UTC(2026, 0, 1, 0, 0, 3), [6], 'gone'],
      ],
    );
    assert.equal((await overview.job(trace, session('b', 6))).job?.liveness?.verdict, 'gone');
    const { jobs: failed } = await overview.errors({ limit: 1, offset: 0 });
    const verdicts = await overview.liveness([...failed, ...(workers[1]?.jobs ?? [])]);
    assert.deepEqual(verdicts.map((each) => each?.verdict), [undefined, 'gone']);
  });

  it('says so when a table or a queue is not there', async () => {
    await assert.rejects(overview.job({ schema: 'lab', table: '__nothing' }, {}), /There is no table lab\.__nothing/);
    await assert.rejects(overview.retry({ schema: 'archive', table: '__copy' }, []), /Copy has no job queue/);
  });
});
