// What comes over the sockets to Python and to a keeper: a message that fits, or nothing; never an exception in a callback.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { ControlServer, followKeeper } from '../../src/localServer/control';
import { PythonError } from '../../src/pipeline/python/errors';
import { readMade, readNative, readReply, readReport, readUnfinished } from '../../src/pipeline/python/replies';
import { fuzz, textOf } from './fuzz';

const names = ['ok', 'ask', 'changes', 'error', 'failed', 'stage', 'message', 'traceback', 'type', 'numbers', 'names', 'version', 'printed', 'lost', 'made', 'success_count', 'error_list', 'unfinished', 'connection', 'key_source', '__proto__', 'token', 'wish'];
const values = fc.oneof(fc.constantFrom('finish', 'make', 'made', 'computed', 'watch', 'stop', null, 0, 1e308, true, [], {}), fc.jsonValue());
const object = fc.dictionary(fc.constantFrom(...names), fc.oneof(values, fc.dictionary(fc.constantFrom(...names), values)));
const lines = fc.oneof(
  object.map((each) => JSON.stringify(each)),
  textOf('{', '}', '[', ']', '"ok"', '"error"', ':', ',', 'null', '1', '"', '\\', '\u0000', '\u2028'),
);

fuzz('messages of the bridge to Python', lines, 5000, (line) => {
  const reply = readReply(line);
  readUnfinished(line);
  if (reply === null) return;
  if ('ok' in reply) for (const read of [readMade, readNative, readReport]) read(reply.ok);
  const wire = 'error' in reply ? reply.error : 'failed' in reply ? reply.failed : null;
  if (wire !== null) assert.equal(typeof new PythonError(wire).stack, 'string');
});

test('a keeper cuts off what is no request, and answers the next that is one', async () => {
  const asked: string[] = [];
  const server = await ControlServer.listen({ stop: () => asked.push('stop'), watchersChanged: () => asked.push('watch') }, { kind: 'stopping' });
  for (const line of fc.sample(lines, { seed: 11, numRuns: 300 })) {
    const socket = connect(server.address.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(`${line}\n`);
    socket.resume();
    await once(socket, 'close');
  }
  assert.deepEqual(asked, []);
  const heard: string[] = [];
  const following = await followKeeper(server.address, 'look', (state) => heard.push(state.kind));
  assert.deepEqual(heard, ['stopping']);
  following?.close();
  await server.close();
});
