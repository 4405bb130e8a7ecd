import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { type TestServer, startServer } from '../harness/server';
import { both014, runPython } from './python';

interface Legacy {
  readonly jobs: { table_name: string; status: string; error_message: string }[];
  readonly totals: number[];
}

for (const python014 of both014) describe(`a schema of datajoint-python ${python014.version}`, { skip: python014.absent }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  let legacy: Legacy;

  before(async () => {
    server = await startServer();
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
    legacy = (await runPython(python014, 'legacy.py', server, { schema: 'legacy' })) as Legacy;
  });

  after(async () => {
    await connection.close();
    await server.stop();
  });

  const table = async (name: string) => await dj.freeTable(`legacy.${name}`, { connection });

  it('is listed, with types, defaults and references, and without lineage', async () => {
    const specs = await connection.catalog.tables(['legacy']);
    assert.deepEqual(specs.map((spec) => spec.name.table), ['__result', '__result__part', 'session', 'subject', '~jobs', '~log']);
    const session = specs.find((spec) => spec.name.table === 'session');
    assert.deepEqual(session?.attributes.map(({ name, declaredType, default: value }) => [name, declaredType, value]), [
      ['subject', 'varchar(12)', null],
      ['session', 'int16', null],
      ['started', 'timestamp', { kind: 'now', precision: 0 }],
      ['trace', 'longblob', { kind: 'null' }],
      ['notes', 'varchar(255)', { kind: 'literal', text: '' }],
      ['protocol', '<attach>', { kind: 'null' }],
      ['count', 'int unsigned', { kind: 'literal', text: '0' }],
    ]);
    assert.ok(specs.every((spec) => spec.attributes.every(({ lineage }) => lineage === null)));
    assert.deepEqual(session?.indexes, [{ unique: false, attributes: ['count'] }]);
    assert.deepEqual(session?.foreignKeys, [{ parent: { schema: 'legacy', table: 'subject' }, columns: [{ child: 'subject', parent: 'subject' }] }]);
  });

  it('is what a reference from another schema is described with, without a class', async () => {
    class Litter extends dj.Manual {
      static override readonly definition = '-> `legacy`.`subject`\nlitter : int32';
    }
    dj.schema('legacy_litters', { connection })(Litter);
    assert.match(await Litter.describe(), /^-> `legacy`\.`subject`\nlitter +: int32\n$/);
  });

  it('is read: values, joins, counts', async () => {
    const Subject = await table('Subject');
    assert.deepEqual(await Subject.fetch({ orderBy: 'KEY' }), [
      { subject: 'a', sex: 'M', weight: 12.5, born: '2025-01-31', tag: '00000000-0000-0000-0000-000000000007' },
      { subject: 'b', sex: 'F', weight: null, born: null, tag: null },
    ]);
    const Session = await table('Session');
    const [stored] = await Session.restrict({ session: 1 }).fetch('trace');
    assert.deepEqual(stored, new Float64Array([0, 1, 2, 3]));
    const scans = await Session.fetch('protocol', { orderBy: 'KEY', limit: 2 });
    assert.deepEqual(scans, [new dj.Attachment('scan ü.txt', Uint8Array.from(Buffer.from('page\0one'))), null]);
    assert.deepEqual(await (await table('Result')).fetch('total', { orderBy: 'KEY' }), legacy.totals);
    assert.equal(await Session.join(Subject).restrict({ sex: 'M' }).count(), 3);
    const tables = await dj.createOverview(connection).tables('legacy');
    assert.deepEqual(tables.find(({ className }) => className === 'Result')?.progress, { done: 2, total: 3, moreThan: null, atMost: null, problem: null });
  });

  it('shows its schema-wide jobs', async () => {
    const jobs = await (await table('~jobs')).fetch({ orderBy: 'key_hash' });
    assert.deepEqual(jobs.map(({ table_name, status, error_message }) => ({ table_name, status, error_message })), legacy.jobs);
    const failed = jobs.find((job) => job['status'] === 'error');
    assert.ok(failed !== undefined);
    assert.deepEqual(failed['key'], { subject: 'a', session: 2 });
    assert.match(String(failed['error_stack']), /ValueError: legacy failure/);
    assert.equal(failed['host'], hostname());
    assert.ok(BigInt(String(failed['connection_id'])) > 0n);
  });
});
