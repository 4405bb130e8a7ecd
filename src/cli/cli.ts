/** `djw` on a Node that can run it, and the processes of other kinds that it starts itself as. */
import { guard, guardFlag } from './guard';
import { writeError } from './terminal';
import { workerFlag } from './workerMessages';

if (process.argv[2] === guardFlag) {
  guard(Number(process.argv[3]));
} else {
  // Node 22 warns that its SQLite is experimental, which no user of djw can do anything about.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') writeError(String(warning));
  });
  if (process.argv[2] === workerFlag) {
    void import('./workerProcess').then(({ serve }) => {
      serve(process.argv[3] ?? '');
    });
  } else {
    void import('./main').then(({ main }) => {
      main(process.argv.slice(2));
    });
  }
}
