// Stacks in a queue that are made to fill the memory of the program that looks at it: one sentence each, and every other job is shown.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deflateSync } from 'node:zlib';
import * as dj from '../../../src/engine';
import { describeEngine, type Engine } from './describeEngine';
import { workTables } from './workTables';

const MiB = 1024 * 1024;

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** A blob of text, as datajoint-python packs it. */
const textBlob = (text: Buffer): Buffer => Buffer.concat([Buffer.from('dj0\0\u0005', 'latin1'), u64(text.length), text]);

/** A blob of one array of bytes. */
const arrayBlob = (length: number): Buffer => Buffer.concat([Buffer.from('dj0\0A', 'latin1'), u64(1), u64(length), Buffer.from([9, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(length)]);

/** @param promised the size that is announced; by default the true one */
const compressed = (blob: Buffer, promised = blob.length): Buffer => Buffer.concat([Buffer.from('ZL123\0', 'latin1'), u64(promised), deflateSync(blob)]);

const bombs: readonly { readonly what: string; readonly stack: () => Buffer; readonly shows: RegExp }[] = [
  { what: '64 MiB of line breaks in 65 kB', stack: () => compressed(textBlob(Buffer.alloc(64 * MiB, '\n'))), shows: /^The stored stack cannot be read: .*it unpacks into \d+ bytes, more than the 4194304 that are read here/ },
  { what: 'an array of 64 MiB', stack: () => compressed(arrayBlob(64 * MiB)), shows: /it unpacks into \d+ bytes, more than the 4194304/ },
  { what: '48 MB of frames', stack: () => compressed(textBlob(Buffer.alloc(48 * MiB, '    at f (/a.ts:1:1)\n'))), shows: /it unpacks into \d+ bytes, more than the 4194304/ },
  { what: '4 MB of numbers, each of which takes many times its byte', stack: () => compressed(arrayBlob(4 * MiB - 100)), shows: /it unpacks into \d+ bytes, more than the 262144 that are read here/ },
  { what: 'a long array where a stack has a line', stack: () => arrayBlob(200_000), shows: /^\{"dtype":"uint8","shape":\[200000\],"data":"\[200000 bytes\]"/ },
  { what: 'more than it promises', stack: () => compressed(textBlob(Buffer.alloc(64 * MiB, '\n')), 100), shows: /its compression is broken or hides more than it promises/ },
  { what: '5 MiB without compression', stack: () => textBlob(Buffer.alloc(5 * MiB, 'x')), shows: /^The stored stack cannot be read: it has 5242893 bytes, more than the 4194304 that are read\.$/ },
  { what: '2 MiB of text, of which the ends are shown', stack: () => compressed(textBlob(Buffer.concat([Buffer.from('Error: x\n'), Buffer.alloc(2 * MiB, 'A'), Buffer.from('\n    at make (/lab/a.ts:1:1)')]))), shows: /^Error: x\nA+\n\[… \d+ characters are left out …\]\nA+\n {4}at make/ },
];

async function failed(engine: Engine): Promise<{ overview: dj.Overview; name: dj.TableName }> {
  const schema = engine.schema();
  const { Source, Result } = workTables(schema, () => {
    throw new Error('no spikes');
  });
  await Source.insert([{ k: 0 }, { k: 1 }]);
  await Result.populate({ reserveJobs: true, suppressErrors: true });
  return { overview: dj.createOverview(engine.connection), name: { schema: schema.schemaName, table: '__result' } };
}

export const hostileQueues = describeEngine('hostile queues', (engine) => {
  it('a stack that would fill the memory is one sentence', async () => {
    const { overview, name } = await failed(engine);
    const queue = engine.connection.dialect.tableReference({ schema: name.schema, table: '~~result' });
    const all = { limit: 100, offset: 0 };
    for (const { what, stack, shows } of bombs) {
      await engine.connection.executor.run({ sql: `UPDATE ${queue} SET error_stack = ? WHERE k = 1`, values: [new Uint8Array(stack())] });
      const detail = (await overview.job(name, { k: 1 })).job;
      assert.match(detail?.stack ?? '', shows, what);
      assert.ok((detail?.stack ?? '').length <= dj.MOST_OF_STACK + 100, what);
      assert.match((await overview.job(name, { k: 0 })).job?.stack ?? '', /^Error: no spikes\n/, what);
      assert.equal((await overview.jobs(name, 'error', all)).total, 2, what);
      assert.equal((await overview.errors(all)).jobs.filter(({ table }) => table.schema === name.schema).length, 2, what);
    }
  });

  it('a message without an end is read as far as anybody reads', async () => {
    const { overview, name } = await failed(engine);
    const { connection } = engine;
    const queue = connection.dialect.tableReference({ schema: name.schema, table: '~~result' });
    // Only the server has columns of another type; the embedded file's are checked.
    if (engine.spec.kind === 'embedded') return;
    await connection.executor.run({ sql: `ALTER TABLE ${queue} MODIFY error_message LONGTEXT`, values: [] });
    await connection.executor.run({ sql: `UPDATE ${queue} SET error_message = REPEAT('x', 5000000) WHERE k = 1`, values: [] });
    const { jobs } = await overview.jobs(name, 'error', { limit: 10, offset: 0 });
    assert.equal(Math.max(...jobs.map(({ message }) => message.length)), 4096);
    assert.deepEqual((await overview.sameFailure(name, { k: 1 })), []);
  });
});
