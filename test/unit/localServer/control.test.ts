// The control port of a local server's keeper, beside others that connect to it and say nothing.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { ControlServer, followKeeper } from '../../../src/localServer/control';
import type { ServerState } from '../../../src/localServer/state';

const stopped: ServerState = { kind: 'stopped' };

test('connections that say nothing are few, and keep nobody out', async () => {
  const control = await ControlServer.listen({ stop: () => undefined, watchersChanged: () => undefined }, stopped);
  const silent: Socket[] = [];
  try {
    for (let i = 0; i < 200; i += 1) {
      const socket = connect(control.address.port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      silent.push(socket);
    }
    // The oldest make room for the newest.
    for (const socket of silent.slice(0, 100)) if (!socket.closed) await once(socket, 'close');
    const heard: ServerState[] = [];
    const following = await followKeeper(control.address, 'look', (state) => heard.push(state));
    assert.deepEqual(heard, [stopped]);
    following?.close();
  } finally {
    for (const socket of silent) socket.destroy();
    await control.close();
  }
});

test('what is no request is cut off', async () => {
  const control = await ControlServer.listen({ stop: () => undefined, watchersChanged: () => undefined }, stopped);
  try {
    for (const text of ['GET / HTTP/1.1\r\n', 'x'.repeat(2000), `${JSON.stringify({ token: 'ä'.repeat(64), wish: 'stop' })}\n`, '{"token": 1}\n']) {
      const socket = connect(control.address.port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.write(text);
      await once(socket, 'close');
    }
  } finally {
    await control.close();
  }
});
