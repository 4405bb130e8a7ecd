/** `djw` on a Node that can run it, and the worker processes that it starts itself as. */
import { writeError } from './terminal';
import { workerFlag } from './workerMessages';

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
