import { Connection, createOverview, openDatabase } from '../../src/engine';
import { startServer, type TestServer } from '../harness/server';
import { type Benchmark, measured } from './measure';

const TABLES = 50;

/** What the sidebar asks of a large server, and how many statements that takes. */
export const tree: Benchmark = {
  name: 'tree',
  what: 'MariaDB with 200 schemas of 50 tables and a queue of 1,000,000 jobs',
  async run(quick) {
    const server = await startServer(['--innodb-flush-log-at-trx-commit=0', '--skip-log-bin', '--innodb-buffer-pool-size=512M']);
    try {
      await fill(server, quick ? 10 : 200, quick ? 10_000 : 1_000_000);
      const { host, port, user, password } = server;
      const database = await openDatabase({ kind: 'server', host, port, user, password, tls: null }, { program: 'bench' });
      const statements = async () => Number((await server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")).split('\t')[1]);
      const overview = createOverview(new Connection(database));
      const queue = { schema: 'lab_000', table: '__t01' };
      try {
        return [
          await measured('one SELECT 1', statements, () => database.all({ sql: 'SELECT 1', values: [] })),
          await measured('first paint of the tree', statements, async () => {
            await database.changeToken();
            return overview.schemas();
          }),
          await measured('a schema opened: its tables with counts', statements, () => overview.tables('lab_007')),
          await measured('the schema with the long queue', statements, () => overview.tables('lab_000')),
          await measured('a page of pending jobs', statements, () => overview.jobs(queue, 'pending', { limit: 200, offset: 0 })),
          await measured('errors of the whole server', statements, () => overview.errors({ limit: 200, offset: 0 })),
          await measured('workers of the whole server', statements, () => overview.workers()),
          await measured('a tick of the poll', statements, () => database.changeToken()),
        ];
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  },
};

async function fill(server: TestServer, schemas: number, jobs: number): Promise<void> {
  for (let s = 0; s < schemas; s++) {
    const schema = `lab_${String(s).padStart(3, '0')}`;
    const tables = Array.from({ length: TABLES }, (_, t) => tableSql(t)).join(';\n');
    await server.sql(`CREATE DATABASE ${schema}; USE ${schema};\n${tables};\n${lineageSql(schema)}`);
  }
  await server.sql(`
    USE lab_000;
    CREATE TABLE lab_000.\`~~t01\` (
      id int NOT NULL, status enum('pending','reserved','success','error','ignore') NOT NULL COMMENT ":enum('pending', 'reserved', 'success', 'error', 'ignore'):",
      priority tinyint NOT NULL DEFAULT 5, created_time datetime(3) NOT NULL DEFAULT current_timestamp(3),
      scheduled_time datetime(3) NOT NULL DEFAULT current_timestamp(3), reserved_time datetime(3), completed_time datetime(3),
      duration double, error_message varchar(2047) NOT NULL DEFAULT '', error_stack longblob COMMENT ':<blob>:',
      user varchar(255) NOT NULL DEFAULT '', host varchar(255) NOT NULL DEFAULT '', pid int NOT NULL DEFAULT 0,
      connection_id bigint NOT NULL DEFAULT 0, version varchar(64) NOT NULL DEFAULT '',
      PRIMARY KEY (id), KEY (status, priority, scheduled_time));
    INSERT INTO lab_000.\`~~t01\` (id, status, completed_time, error_message)
      SELECT seq, IF(seq % 10 = 0, 'error', 'pending'), now(3), IF(seq % 10 = 0, 'ValueError: bad sample', '') FROM seq_1_to_${String(jobs)};
    UPDATE lab_000.\`~~t01\` SET status = 'reserved', completed_time = NULL, reserved_time = now(3), user = 'anna@gpu01', host = 'gpu01', pid = id, connection_id = id
      WHERE id IN (1, 11, 21, 31)`);
}

/** As datajoint-python 2.3 keeps it: the origin of each attribute. */
function lineageSql(schema: string): string {
  const rows = Array.from({ length: TABLES }, (_, t) => `('${nameOf(t)}', 'id', '${schema}.${nameOf(t - (t % 5))}.id')`);
  return `CREATE TABLE \`~lineage\` (table_name varchar(64) NOT NULL, attribute_name varchar(64) NOT NULL, lineage varchar(255) NOT NULL,
    PRIMARY KEY (table_name, attribute_name)); INSERT INTO \`~lineage\` VALUES ${rows.join(', ')}`;
}

const nameOf = (t: number): string => `${t % 5 === 0 ? '' : '__'}t${String(t).padStart(2, '0')}`;

/** Every fifth table is Manual, the others are Computed from the one before. */
function tableSql(t: number): string {
  const reference = t % 5 === 0 ? '' : `, FOREIGN KEY (id) REFERENCES \`${nameOf(t - 1)}\` (id) ON UPDATE CASCADE ON DELETE RESTRICT`;
  return `CREATE TABLE \`${nameOf(t)}\` (id int NOT NULL COMMENT ':int32:', a double NOT NULL COMMENT ':float64:', b varchar(40) NOT NULL COMMENT ':varchar(40):', PRIMARY KEY (id)${reference})`;
}
