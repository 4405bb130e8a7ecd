/** Starts `djw` with the secrets that the editor holds for it. A program of its own: it runs in the terminal. */
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { handoverNames } from './handoverNames';

async function fetchSecrets(): Promise<void> {
  const address = process.env[handoverNames.address] ?? '';
  const token = process.env[handoverNames.token] ?? '';
  for (const name of Object.values(handoverNames)) Reflect.deleteProperty(process.env, name);
  const socket = connect(address);
  socket.write(`${token}\n`);
  Object.assign(process.env, JSON.parse(await text(socket)));
}

fetchSecrets().then(
  () => createRequire(__filename)(path.join(__dirname, 'djw.js')) as unknown,
  () => {
    process.stderr.write('djw: The password of this run is gone: start it again from the DataJoint view.\n');
    process.exitCode = 2;
  },
);
