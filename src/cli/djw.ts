/** The terminal command. Looks at the Node that runs it before anything that an older one could not load. */
import { guard, guardFlag } from './guard';
import { workerFlag } from './workerMessages';

const required = [22, 13] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
  process.stderr.write(
    `djw: Node ${required.join('.')} or newer is needed, and this is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 2;
} else if (process.argv[2] === guardFlag) {
  guard(Number(process.argv[3]));
} else {
  // Node 22 warns that its SQLite is experimental, which no user of djw can do anything about.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${String(warning)}\n`);
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
