import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as dj from '../../../src/engine';
import { countedDatabase } from './countedDatabase';
import { type Engine, describeEngine } from './describeEngine';

/** A table to populate, on a connection that counts. `make` sends one query and one insert. */
async function counted(engine: Engine, n: number) {
  const { database, counts } = countedDatabase(engine.connection.database);
  const schema = dj.schema(engine.schema().schemaName, { connection: new dj.Connection(database) });
  class Source extends dj.Manual {
    static override readonly definition = `
      k : int32
      ---
      v : int32
    `;
  }
  class Result extends dj.Computed {
    static override readonly definition = `
      -> Source
      ---
      twice : int32
    `;
    async make(key: dj.Key) {
      const v = Number(await Source.restrict(key).fetch1('v'));
      await this.insert1({ ...key, twice: 2 * v });
    }
  }
  schema(Source);
  schema(Result);
  await Source.insert(Array.from({ length: n }, (_, k) => ({ k, v: k })));
  await Result.jobs.progress();
  /** What `work` asked of the database. */
  const asked = async (work: () => Promise<unknown>) => {
    const before = { ...counts };
    await work();
    return { statements: counts.statements - before.statements, commits: counts.commits - before.commits };
  };
  return { Source, Result, asked };
}

export const statementCounts = describeEngine('statement counts', (engine) => {
  it('reserves and finishes 200 jobs with at most 3 statements and 1.1 commits each, beyond what make sends', async () => {
    const { Result, asked } = await counted(engine, 200);
    const { statements, commits } = await asked(async () => {
      assert.equal((await Result.populate({ reserveJobs: true })).successCount, 200);
    });
    const ofMake = 2;
    assert.ok(statements / 200 - ofMake <= 3, `${statements / 200 - ofMake} statements per job`);
    assert.ok(commits / 200 <= 1.1, `${commits / 200} commits per job`);
  });

  it('populates 200 keys directly with one commit each and no statements of its own per key', async () => {
    const { Result, asked } = await counted(engine, 200);
    const began = performance.now();
    const { statements, commits } = await asked(() => Result.populate());
    // Four times a second it asks which of the keys that wait have been made meanwhile.
    const asking = Math.ceil((performance.now() - began) / 250);
    assert.ok(statements <= 200 * 2 + 5 + asking, `${statements} statements`);
    assert.equal(commits, 200);
  });

  it('refreshes with the same few statements, however many keys', async () => {
    const few = await counted(engine, 10);
    const many = await counted(engine, 2000);
    const ofFew = await few.asked(() => few.Result.jobs.refresh());
    const ofMany = await many.asked(() => many.Result.jobs.refresh());
    assert.deepEqual(ofMany, ofFew);
    assert.ok(ofFew.statements <= 6, `${ofFew.statements} statements`);
    assert.equal(ofFew.commits, 1);
  });

  it('inserts a thousand rows with one statement, and counts or checks with one', async () => {
    const { Source, Result, asked } = await counted(engine, 0);
    assert.deepEqual(await asked(() => Source.insert(Array.from({ length: 1000 }, (_, k) => ({ k, v: 0 })))), { statements: 1, commits: 0 });
    assert.deepEqual(await asked(() => Source.exclude(Result).count()), { statements: 1, commits: 0 });
    assert.deepEqual(await asked(() => Result.jobs.progress()), { statements: 1, commits: 0 });
    assert.deepEqual(await asked(() => Source.restrict({ k: 1 }).fetch1('v')), { statements: 1, commits: 0 });
  });
});
