/** Sees the local server of a folder until it is killed, as a window does; prints every state. */
import { followServer, serverFiles } from '../../src/localServer';

void (async () => {
  const following = await followServer(serverFiles(process.argv[2] ?? ''), 'watch', (state) => {
    process.stdout.write(`${JSON.stringify(state)}\n`);
  });
  await following?.ended;
})();
