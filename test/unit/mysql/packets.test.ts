import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { onServer, refused, sql } from './support';

const LIMIT = 1024 * 1024;
const server = onServer([`--max-allowed-packet=${String(LIMIT)}`], 'CREATE DATABASE packets');
const TOO_LARGE = /^The values take [\d,]+ bytes in one statement, of which \S+ takes less than 1,048,576 \(its max_allowed_packet\): insert fewer or smaller values/;

const bytes = (size: number): Uint8Array => randomFillSync(new Uint8Array(size));

let tables = 0;
async function pipeline() {
  const connection = new dj.Connection(await server.open());
  const schema = dj.schema(`packets_${String((tables += 1))}`, { connection });
  class Key extends dj.Manual {
    static override readonly definition: string = 'k : int32';
  }
  class Big extends dj.Manual {
    static override readonly definition: string = '-> Key\n---\nv : <blob>';
  }
  class Made extends dj.Computed {
    static override readonly definition: string = '-> Key\n---\nv : <blob>';
    async make(key: dj.Key) {
      await this.insert1({ ...key, v: bytes(Number(key['k']) * LIMIT) });
    }
  }
  for (const table of [Key, Big, Made]) schema(table);
  await Key.insert([1, 5, 17].map((k) => ({ k })));
  return { connection, Key, Big, Made };
}

test('a statement that the server would not take is not sent: a sentence with both sizes, and the session goes on', async () => {
  const { connection, Big } = await pipeline();
  const { database } = connection;
  const id = async () => (await database.all(sql('SELECT CONNECTION_ID() AS id')))[0]?.['id'];
  const before = await id();
  for (const size of [LIMIT, 5 * LIMIT, 17 * LIMIT])
    await refused(Big.insert1({ k: 1, v: bytes(size) }), 'invalid_value', TOO_LARGE);
  const long = 'x'.repeat(LIMIT);
  await refused(database.all(sql('SELECT ? AS a', long)), 'invalid_value', TOO_LARGE);
  await refused(database.all(sql(`SELECT '${long}' AS a`)), 'invalid_value', TOO_LARGE);
  await refused(database.run(sql(`DO '${long}'`)), 'invalid_value', TOO_LARGE);
  const rows = database.iterate(sql('SELECT ? AS a', long));
  await refused(rows[Symbol.asyncIterator]().next(), 'invalid_value', TOO_LARGE);
  await database.transaction(async (open) => {
    await open.run(sql('DO 1'));
    await refused(open.all(sql('SELECT ? AS a', long)), 'invalid_value', TOO_LARGE);
    await open.run(sql('DO 1'));
  });
  assert.equal(await id(), before);
});

test('what is just small enough is taken, to the byte of the largest value that fits', async () => {
  const database = await server.open();
  const length = async (size: number) =>
    (await database.all(sql('SELECT LENGTH(?) AS n, CONNECTION_ID() AS id', bytes(size))))[0]?.['n'];
  const refusal = await refused(length(LIMIT), 'invalid_value', TOO_LARGE);
  const [taken = 0] = (/take ([\d,]+) bytes/.exec(refusal.message)?.slice(1) ?? []).map((n) => Number(n.replaceAll(',', '')));
  const most = LIMIT - (taken - LIMIT) - 1;
  assert.equal(await length(most), most);
  await refused(length(most + 1), 'invalid_value', TOO_LARGE);
  // Many small values, which take less than one would think of each.
  const many = Array.from({ length: 65_000 }, (_, i) => i);
  const found = await database.all(sql(`SELECT 64999 IN (${many.map(() => '?').join(', ')}) AS found`, ...many));
  assert.equal(found[0]?.['found'], 1);
});

test('rows are inserted with as many statements as their bytes need', async () => {
  const { connection } = await pipeline();
  const schema = dj.schema('packets', { connection });
  class Text extends dj.Manual {
    static override readonly definition: string = 'k : int32\n---\nt = null : varchar(4000)';
  }
  schema(Text);
  const text = '≥'.repeat(100);
  await Text.insert(Array.from({ length: 20_000 }, (_, k) => ({ k, t: text })));
  assert.equal(await Text.restrict({ t: text }).count(), 20_000);
  await Text.insert(Array.from({ length: 20_000 }, (_, i) => ({ k: 20_000 + i, t: null })));
  assert.equal(await Text.restrict('t IS NULL').count(), 20_000);
  await refused(
    Text.insert(Array.from({ length: 20_000 }, (_, i) => ({ k: 59_990 - i, t: text }))),
    'duplicate',
    /packets\.text already has a row with k=39999/,
  );
  assert.equal(await Text.count(), 40_000, 'all or none');
});

test('in a make() the job is an error with that sentence, and the next key is made', async () => {
  const { connection, Key, Made } = await pipeline();
  await Key.insert1({ k: 0 });
  const { errorList, successCount } = await Made.populate({ reserveJobs: true, suppressErrors: true });
  assert.equal(successCount, 1);
  assert.deepEqual(
    errorList.map(([key]) => key['k']),
    [1, 5, 17],
  );
  for (const [, message] of errorList) assert.match(String(message), /takes less than 1,048,576 \(its max_allowed_packet\)/);
  const jobs = await Made.jobs.errors.fetch();
  assert.equal(jobs.length, 3);
  for (const job of jobs) assert.match(String(job['error_message']), /max_allowed_packet/);
  await connection.close();
});
