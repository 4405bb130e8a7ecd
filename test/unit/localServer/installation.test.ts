import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { chooseInstallation, findInstallations, noInstallation, type SearchPlaces } from '../../../src/localServer/installation';

const machine = (programs: readonly string[], more: Partial<SearchPlaces> = {}): SearchPlaces => ({
  path: '/usr/bin:/bin',
  platform: 'linux',
  isProgram: (file) => programs.includes(file),
  real: (file) => file,
  list: () => [],
  ...more,
});
const kinds = (places: SearchPlaces) => findInstallations(places).map(({ kind }) => kind);

describe('which database server a machine has', () => {
  it('finds MariaDB beside the PATH, with the program that makes its data', () => {
    const places = machine(['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/docker']);
    assert.deepEqual(findInstallations(places), [
      { kind: 'mariadb', program: '/usr/sbin/mariadbd', installer: '/usr/bin/mariadb-install-db' },
      { kind: 'docker', program: '/usr/bin/docker', installer: null },
    ]);
  });

  it('takes what the PATH names before what is usual', () => {
    const places = machine(['/opt/db/mariadbd', '/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db'], { path: '/opt/db:/usr/bin' });
    assert.equal(findInstallations(places)[0]?.program, '/opt/db/mariadbd');
  });

  it('tells a mysqld that is MariaDB from one that is MySQL', () => {
    const programs = ['/usr/sbin/mysqld', '/usr/bin/mysql_install_db'];
    assert.deepEqual(kinds(machine(programs)), ['mysql']);
    assert.deepEqual(kinds(machine(programs, { real: (file) => file.replace('mysqld', 'mariadbd') })), ['mariadb']);
  });

  it('finds the installer in the folder that the program was installed to', () => {
    const real = (file: string) => (file === '/usr/local/bin/mariadbd' ? '/usr/local/Cellar/mariadb/11.8/bin/mariadbd' : file);
    const installer = '/usr/local/Cellar/mariadb/11.8/scripts/mariadb-install-db';
    const places = machine(['/usr/local/bin/mariadbd', installer], { platform: 'darwin', real });
    assert.equal(findInstallations(places)[0]?.installer, installer);
  });

  it('passes over a MariaDB that cannot make data', () => {
    assert.deepEqual(kinds(machine(['/usr/sbin/mariadbd'])), []);
  });

  it('looks where Windows installs programs', () => {
    const bin = 'C:\\Program Files\\MariaDB 11.4\\bin';
    const places = machine([`${bin}\\mariadbd.exe`, `${bin}\\mariadb-install-db.exe`], {
      path: 'C:\\Windows',
      platform: 'win32',
      list: (folder) => (folder === 'C:\\Program Files' ? ['Git', 'MariaDB 11.4'] : []),
    });
    assert.equal(findInstallations(places)[0]?.program, path.win32.join(bin, 'mariadbd.exe'));
  });

  it('takes no folder of the PATH that is relative: it would be one of the workspace', () => {
    assert.deepEqual(kinds(machine(['./mysqld', 'bin/mysqld', '/bin/ls'], { path: '.:bin:/bin' })), []);
  });

  it('says how to install one', () => {
    assert.match(noInstallation('linux').message, /sudo apt install mariadb-server/);
    assert.match(noInstallation('darwin').message, /brew install mariadb/);
    assert.match(noInstallation('win32').message, /winget install MariaDB\.Server/);
    assert.throws(() => chooseInstallation([], null, ''), /No database server is installed here/);
  });

  it('gives data only to what made them', () => {
    const found = findInstallations(machine(['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/sbin/mysqld']));
    assert.equal(chooseInstallation(found, null, '').kind, 'mariadb');
    assert.equal(chooseInstallation(found, 'mysql', 'MySQL 8.0.40').kind, 'mysql');
    assert.throws(() => chooseInstallation(found, 'docker', 'mariadb:11 in Docker'), /made with mariadb:11 in Docker, and Docker is not installed here any more/);
  });
});
