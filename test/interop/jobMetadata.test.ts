import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { type TestServer, startServer } from '../harness/server';
import { both23, runPython } from './python';

/** The tables of `python/job_metadata.py`. */
function tables(schema: dj.Schema) {
  class Source extends dj.Manual {
    static override readonly definition = 'k : int32';
  }
  class Loaded extends dj.Imported {
    static override readonly definition = '-> Source';
    async make(key: dj.Key) {
      await this.insert1(key);
    }
  }
  class Result extends dj.Computed {
    static override readonly definition = `
      # computed
      -> Source
      ---
      v = null : float64
    `;
    static readonly Item = class Item extends dj.Part {
      static override readonly definition = '-> master\nitem : int8';
    };
    async make(key: dj.Key) {
      await pause(50);
      await this.insert1({ ...key, v: 1 });
      await Result.Item.insert1({ ...key, item: 1 });
    }
  }
  for (const table of [Source, Loaded, Result]) schema(table);
  return { Source, Loaded, Result };
}

for (const python23 of both23) describe(`hidden job metadata of datajoint-python ${python23.version} and of the engine`, { skip: python23.absent }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  const settings = { ...dj.config.jobs };

  before(async () => {
    server = await startServer(['--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin']);
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
    Object.assign(dj.config.jobs, { addJobMetadata: true, versionMethod: 'git' });
  });

  after(async () => {
    Object.assign(dj.config.jobs, settings);
    Object.assign(dj.config.provenance, { capture: false, source: {} });
    await connection.close();
    await server.stop();
  });

  const rows = async (sql: string) => await connection.executor.all({ sql, values: [] });
  const create = async (schema: string, table: string) =>
    String((await rows(`SHOW CREATE TABLE \`${schema}\`.\`${table}\``))[0]?.['Create Table']).replaceAll(schema, 'lab');

  /** The hidden values of a table, and how long ago its jobs began for the server's clock. */
  const hidden = (schema: string) =>
    rows(`SELECT k, _job_duration AS seconds, _job_version AS version, TIMESTAMPDIFF(MICROSECOND, _job_start_time, CURRENT_TIMESTAMP(3)) / 1e6 AS ago FROM ${schema}.__result ORDER BY k`);

  it('is declared alike, filled in alike, and seen by neither', async () => {
    const python = (await runPython(python23, 'job_metadata.py', server, { schema: 'by_python', keys: [1, 2] })) as { fetched: unknown };
    // What an earlier version has declared in a schema tells the engine how to declare hidden attributes there.
    if (python23 !== both23[0]) await runPython(python23, 'job_metadata.py', server, { schema: 'by_engine', only: ['Source', 'Loaded'], keys: [] });
    const { Source, Loaded, Result } = tables(dj.schema('by_engine', { connection }));
    await Source.insert([[1], [2]]);
    await Result.populate({ reserveJobs: true });
    await Loaded.populate();
    for (const table of ['__result', '__result__item', '_loaded', 'source', '~~result']) {
      assert.equal(await create('by_engine', table), await create('by_python', table), table);
    }
    assert.deepEqual(await Result.fetch({ orderBy: 'KEY' }), python.fetched);
    const [ours, theirs] = [await hidden('by_engine'), await hidden('by_python')];
    assert.deepEqual(ours.map(({ k, version }) => [k, version]), theirs.map(({ k, version }) => [k, version]));
    for (const row of [...ours, ...theirs]) {
      // Seconds, and no milliseconds. A timer of Node may be a little early.
      assert.ok(Number(row['seconds']) >= 0.045 && Number(row['seconds']) < 45, JSON.stringify(row));
      assert.ok(Number(row['ago']) >= Number(row['seconds']) - 0.01 && Number(row['ago']) < 1800, JSON.stringify(row));
    }
    const [loaded] = await rows('SELECT COUNT(_job_start_time) AS n FROM by_engine._loaded');
    assert.equal(loaded?.['n'], 2, 'a direct populate fills it in as well');
  });

  it('is filled in by each in tables of the other', async () => {
    const { Source, Result } = tables(dj.schema('by_python', { connection }));
    await Source.insert([[3]]);
    await Result.populate({ reserveJobs: true });
    await runPython(python23, 'job_metadata.py', server, { schema: 'by_engine', keys: [4] });
    for (const [schema, k] of [['by_python', 3], ['by_engine', 4]] as const) {
      const row = (await hidden(schema)).find((each) => each['k'] === k);
      assert.ok(Number(row?.['seconds']) >= 0.045, `${schema} ${JSON.stringify(row)}`);
    }
  });

  if (python23 === both23[0]) {
    it('tells of Manual rows where they came from, in the same column', async () => {
      Object.assign(dj.config.provenance, { capture: true, source: { system: 'rig' } });
      await runPython(python23, 'job_metadata.py', server, { schema: 'prov_python', keys: [1], provenance: true });
      const { Source } = tables(dj.schema('prov_engine', { connection }));
      await Source.insert([[1]]);
      assert.deepEqual(await Source.fetch(), [{ k: 1 }]);
      assert.equal(await create('prov_engine', 'source'), await create('prov_python', 'source'));
      for (const schema of ['prov_engine', 'prov_python']) {
        const [row] = await rows(`SELECT _prov FROM ${schema}.source`);
        const record = (typeof row?.['_prov'] === 'string' ? JSON.parse(row['_prov']) : row?.['_prov']) as Record<string, unknown>;
        assert.match(String(record['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/);
        assert.deepEqual(record['source'], { system: 'rig' });
        assert.match(String((record['agent'] as { user: unknown }).user), /^\w+/);
      }
    });
  }
});
