import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableSpec } from '../../../src/engine/database';
import { DataJointError, type ErrorCode } from '../../../src/engine/errors';
import { type Recording, recorded } from '../../../src/engine/jobs/failure';

const queue = (length: number): TableSpec => ({
  name: { schema: 'lab', table: '~~result' },
  comment: '',
  attributes: [
    { name: 'error_message', declaredType: '', column: { kind: 'varchar', length }, codec: null, inKey: false, nullable: false, autoIncrement: false, default: null, comment: '', lineage: null },
  ],
  foreignKeys: [],
  indexes: [],
});

/** What is offered to a queue that refuses so many offers for these reasons. */
async function offers(failure: { message: string; stack: string }, refusals: readonly ErrorCode[], length = 2047): Promise<Recording[]> {
  const offered: Recording[] = [];
  await recorded(queue(length), { ...failure, duration: 1 }, (recording) => {
    const code = refusals[offered.length];
    offered.push(recording);
    return code === undefined ? Promise.resolve() : Promise.reject(new DataJointError(code, 'No.'));
  });
  return offered;
}

test('a failure is offered as it is, then without what the column may not hold, then as one sentence', async () => {
  const failure = { message: 'Error: \u00e9 \u2265 \u{1f600}\n2', stack: 's'.repeat(50_000) };
  assert.deepEqual(await offers(failure, []), [failure]);
  const offered = await offers(failure, ['invalid_value', 'query', 'invalid_value']);
  assert.deepEqual(offered.map(({ message }) => message), [failure.message, 'Error: \u00e9 ? ?\n2', 'Error: ? ? ?\n2', 'The error of this make() could not be stored.']);
  assert.deepEqual(offered.map(({ stack }) => (stack === null ? null : Math.round(stack.length / 1000))), [50, 50, 10, null]);
});

test('what passes by itself is not taken for a refusal, and a queue that takes nothing is told of', async () => {
  for (const code of ['busy', 'connection_lost', 'unreachable'] as const) {
    await assert.rejects(offers({ message: 'a', stack: 'b' }, [code]), (error) => error instanceof DataJointError && error.code === code);
  }
  await assert.rejects(offers({ message: 'a', stack: 'b' }, ['access', 'access', 'access', 'access']), { code: 'access' });
});

test('a message is as long as the column, in characters, and well-formed', async () => {
  const message = `${'\u{1f600}'.repeat(30)}\ud83d\0`;
  assert.deepEqual((await offers({ message, stack: '\udc00' }, [], 32))[0], { message: `${'\u{1f600}'.repeat(30)}\ufffd\u2400`, stack: '\ufffd' });
  assert.equal((await offers({ message, stack: '' }, [], 20))[0]?.message, `${'\u{1f600}'.repeat(8)}...truncated`);
  assert.equal((await offers({ message: 'x'.repeat(10_000_000), stack: '' }, []))[0]?.message.length, 2047);
});
