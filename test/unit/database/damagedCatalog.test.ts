// Entries of the catalogue that other programs, or a damaged disk, have left: the one table is said to be damaged, all others are there.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../../src/engine';

const folder = mkdtempSync(path.join(tmpdir(), 'damaged-'));
const file = path.join(folder, 'lab.db');
after(() => rmSync(folder, { recursive: true }));

const open = async (at: string): Promise<dj.Connection> => new dj.Connection(await dj.openDatabase({ kind: 'embedded', file: at, durability: 'normal' }));

const damages: readonly (readonly [name: string, sql: string])[] = [
  ['attributes that are no JSON', "UPDATE datajoint_attributes SET column_type = '{'"],
  ['a control character in JSON', `UPDATE datajoint_attributes SET column_type = '{"kind":"native","sql":"a' || char(1) || '"}'`],
  ['a type that is not known', `UPDATE datajoint_attributes SET column_type = '{"kind":"toString"}'`],
  ['a type without its parts', `UPDATE datajoint_attributes SET column_type = '{"kind":"enum"}'`],
  ['a type that is a number', "UPDATE datajoint_attributes SET column_type = '7'"],
  ['a default that is no JSON', "UPDATE datajoint_attributes SET default_value = 'x'"],
  ['a default that is not known', `UPDATE datajoint_attributes SET default_value = '{"kind":"__proto__"}'`],
  ['no attributes', 'DELETE FROM datajoint_attributes'],
  ['foreign keys that are no JSON', "UPDATE datajoint_tables SET foreign_keys = '[{'"],
  ['a foreign key without a parent', "UPDATE datajoint_tables SET foreign_keys = '[{}]'"],
  ['a foreign key that is nothing', "UPDATE datajoint_tables SET foreign_keys = '[null]'"],
  ['foreign keys that are an object', "UPDATE datajoint_tables SET foreign_keys = '{}'"],
  ['indexes that are no JSON', "UPDATE datajoint_tables SET indexes = '\u0007'"],
  ['an index of numbers', `UPDATE datajoint_tables SET indexes = '[{"unique":true,"attributes":[1]}]'`],
];

const usurp = (table: string, view = table): string =>
  `DROP TABLE "${table}"; CREATE VIEW "${view}" AS WITH RECURSIVE n(session) AS (SELECT 1 UNION ALL SELECT session + 1 FROM n) SELECT session, 'error' AS status FROM n`;

/** Names of objects of the file that a view without an end, or a virtual table, takes the place of. */
const usurpers: readonly (readonly [name: string, sql: string])[] = [
  ['a view without an end', usurp('lab.__trace')],
  ['such a view in other case', usurp('lab.__trace', 'LAB.__TRACE')],
  ['a virtual table', 'DROP TABLE "lab.__trace"; CREATE VIRTUAL TABLE "lab.__trace" USING fts5(session)'],
];

describe('a damaged entry of the catalogue', () => {
  before(async () => {
    const connection = await open(file);
    const lab = dj.schema('lab', { connection });
    class Session extends dj.Manual {
      static override definition = 'session : int32\n---\nnote = "" : varchar(20)';
    }
    class Trace extends dj.Computed {
      static override definition = '-> Session\n---\nindex (size)\nsize = 1 : int32';
      async make(key: dj.Key): Promise<void> {
        await this.insert1(key);
      }
    }
    class Peak extends dj.Computed {
      static override definition = '-> Session';
      async make(key: dj.Key): Promise<void> {
        await this.insert1(key);
      }
    }
    class Spike extends dj.Computed {
      static override definition = '-> Trace';
      async make(key: dj.Key): Promise<void> {
        await this.insert1(key);
      }
    }
    for (const table of [Session, Trace, Peak, Spike]) lab(table);
    await Session.insert([{ session: 1 }, { session: 2 }]);
    for (const table of [Trace, Peak, Spike]) await table.populate({ reserveJobs: true, maxCalls: 1 });
    await connection.close();
  });

  const entry = /^The entry of lab\.__trace in the catalogue of the database is damaged \(.*\): restore the file from a copy, or drop the table\.$/;
  const usurped = /^lab\.__trace is a view or a virtual table of the file, not a table of DataJoint: /;
  const cases = [
    ...damages.map(([name, sql]) => ({ name, sql: `${sql} WHERE table_name = '__trace'`, sentence: entry })),
    ...usurpers.map(([name, sql]) => ({ name, sql, sentence: usurped })),
  ];
  for (const [at, { name, sql, sentence }] of cases.entries()) {
    it(`${name}: its table says so, the others are shown with their counts`, async () => {
      const damaged = path.join(folder, `damaged${String(at)}.db`);
      change(damaged, sql);
      const connection = await open(damaged);
      try {
        const [lab] = await dj.createOverview(connection).allTables();
        assert.equal(lab?.schema.problem, null);
        const named = new Map(lab?.tables.map((table) => [table.className, table]));
        assert.match(named.get('Trace')?.problem ?? '', sentence);
        assert.equal(named.get('Session')?.rows, 2);
        assert.match(named.get('Spike')?.progress?.problem ?? '', sentence);
        const { progress, problem } = named.get('Peak') ?? {};
        assert.deepEqual([progress?.done, progress?.total, problem], [1, 2, null]);
        await assert.rejects(dj.freeTable('lab.__trace', { connection }), { code: 'corrupt' });
        assert.ok((await connection.catalog.references()).some(({ child }) => child.table === '__peak'));
      } finally {
        await connection.close();
      }
    });
  }

  it('a view in the place of a queue: the queue says so, its table is counted', async () => {
    const damaged = path.join(folder, 'queue.db');
    change(damaged, usurp('lab.~~trace'));
    const connection = await open(damaged);
    try {
      const overview = dj.createOverview(connection);
      const sentence = /^lab\.~~trace is a view or a virtual table of the file, not a table of DataJoint: /;
      assert.match((await overview.errors({ limit: 10, offset: 0 })).problems.join(), sentence);
      const [lab] = await overview.allTables();
      const trace = lab?.tables.find(({ className }) => className === 'Trace');
      assert.deepEqual([trace?.rows, trace?.jobs], [1, null]);
      assert.match(trace?.problem ?? '', sentence);
    } finally {
      await connection.close();
    }
  });

  for (const table of ['datajoint_tables', 'datajoint_sessions']) {
    it(`a view in the place of ${table}: the file is refused before the view is read`, async () => {
      const damaged = path.join(folder, `${table}.db`);
      change(damaged, usurp(table));
      await assert.rejects(open(damaged), { code: 'corrupt', message: `The file ${damaged} lacks tables that a DataJoint database has: restore it from a copy, or name another file.` });
    });
  }
});

/** A copy of the file that another program has changed. */
function change(copy: string, sql: string): void {
  copyFileSync(file, copy);
  const direct = new DatabaseSync(copy, { enableForeignKeyConstraints: false });
  direct.exec(sql);
  direct.close();
}
