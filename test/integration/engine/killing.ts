// Listing and ending sessions: `dj.kill`, document 003.
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import * as dj from '../../../src/engine';
import { until } from '../../harness/until';
import { type Engine, describeEngine, refused } from './describeEngine';
import { WorkerProcess } from './workers';
import { workTables } from './workTables';

/** A worker process that is making key 0, and will for ever. */
async function hanging(engine: Engine, context: TestContext) {
  const schema = engine.schema();
  const { Source, Result } = workTables(schema, () => undefined);
  await Source.insert([{ k: 0 }]);
  await Result.count();
  const worker = new WorkerProcess(context, { spec: engine.spec, schema: schema.schemaName, milliseconds: 0, hangAt: 0 });
  await worker.message('ready');
  worker.go();
  await worker.message('making', ({ key }) => key === 0);
  const id = Number(await Result.jobs.reserved.fetch1('connection_id'));
  return { Result, worker, id };
}

export const killing = describeEngine('killing', (engine) => {
  it('lists sessions with the jobs that they hold, restricted and ordered', async (context) => {
    const { worker, id, Result } = await hanging(engine, context);
    const { sessions, complete } = await dj.listSessions(engine.connection, '', 'id desc');
    assert.equal(complete, true);
    assert.deepEqual(sessions.map((each) => each.id), sessions.map((each) => each.id).sort((a, b) => b - a));
    const held = sessions.find((each) => each.id === id);
    assert.deepEqual(held?.jobs.map(({ table, key }) => [table.table, key]), [['__result', { k: 0 }]]);
    assert.ok(sessions.some(({ own }) => own));
    const ids = async (restriction: string) => (await dj.listSessions(engine.connection, restriction, '')).sessions.map((each) => each.id);
    assert.deepEqual(await ids(`ID = ${id}`), [id]);
    assert.deepEqual(await ids(`ID = ${id} AND USER LIKE '%nobody%'`), []);
    await refused('query', () => ids('AGE > 3'), 'AGE', 'position 1');
    await refused('query', () => ids('ID IN (SELECT 1)'), 'subquery');
    worker.kill('SIGKILL');
    await worker.ended;
    await until('the death is seen', async () => (await Result.jobs.refresh()).orphaned === 1);
  });

  it('ends those that a person chooses, one after another', async (context) => {
    const { worker, id, Result } = await hanging(engine, context);
    const seen: (number | null)[] = [];
    dj.setSessionChoice((list, last) => {
      seen.push(last === null ? null : last.session.id);
      assert.ok(list.sessions.every(({ own }) => !own));
      return Promise.resolve(list.sessions.find((each) => each.id === id) ?? null);
    });
    try {
      await dj.kill(`ID = ${id}`, 'host desc', { connection: engine.connection });
    } finally {
      dj.setSessionChoice(null);
    }
    assert.deepEqual(seen, [null, id]);
    // On a server the worker goes on with a new session; the job is an error then, or it ended with its process.
    worker.kill('SIGTERM');
    await worker.ended;
    await until('nothing is reserved', async () => {
      await Result.jobs.refresh();
      return (await Result.jobs.progress()).reserved === 0;
    });
    assert.equal(await Result.count(), 0);
  });

  it('ends all that meet a restriction without asking, never its own', async (context) => {
    const { worker, id } = await hanging(engine, context);
    assert.equal(await dj.killQuick(`ID = ${id}`, { connection: engine.connection }), 1);
    assert.equal(await dj.killQuick(`ID = ${id}`, { connection: engine.connection }), 0);
    worker.kill('SIGTERM');
    await worker.ended;
    const { sessions } = await dj.listSessions(engine.connection, '', '');
    const own = sessions.find((each) => each.own);
    assert.ok(own !== undefined);
    assert.equal(await dj.killQuick(`ID = ${own.id}`, { connection: engine.connection }), 0);
    const [killed] = await dj.killSessions(engine.connection, [own]);
    assert.equal(killed?.problem?.code, 'not_allowed');
  });

  it('says that there is nobody to ask', async () => {
    await refused('usage', () => dj.kill(null, null, { connection: engine.connection }), 'djw', 'killQuick');
  });
});
