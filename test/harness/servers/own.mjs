// The server that the machine has, from its own packages.
import { spawnSync } from 'node:child_process';

/** Nothing is unpacked: the programs are found through PATH. */
export function ownServer(name) {
  return {
    describe: `the machine's own ${name}`,
    packages: [name],
    present: () => spawnSync('mariadbd', ['--version'], { stdio: 'ignore' }).status === 0,
    isOwn: true,
    install: async () => {},
  };
}
