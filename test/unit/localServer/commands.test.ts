import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { accountsSql, initialiseCommand, serveCommand, type Starter } from '../../../src/localServer/commands';
import { serverFiles } from '../../../src/localServer/files';
import { dockerImage, type Installation } from '../../../src/localServer/installation';

const files = serverFiles('/data/a, "b" é');
const at = (...parts: string[]) => path.join(files.root, ...parts);
const person: Starter = { uid: 1000, gid: 100, platform: 'linux' };
const root: Starter = { uid: 0, gid: 0, platform: 'linux' };
const mariadb: Installation = { kind: 'mariadb', program: '/usr/sbin/mariadbd', installer: '/usr/bin/mariadb-install-db' };
const mysql: Installation = { kind: 'mysql', program: '/usr/sbin/mysqld', installer: null };
const docker: Installation = { kind: 'docker', program: '/usr/bin/docker', installer: null };
const run = { port: 40123, initFile: at('tmp', 'accounts.sql'), container: 'djw-0123' };

describe('the commands of a local server', () => {
  it('make the data of MariaDB by a path that its script takes whole', () => {
    const { program, args } = initialiseCommand(mariadb, files, at('new-1'), person);
    assert.equal(program, '/usr/bin/mariadb-install-db');
    assert.deepEqual(args, ['--no-defaults', '--datadir=./new-1', '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']);
  });

  it('make the data of MySQL', () => {
    const { program, args } = initialiseCommand(mysql, files, at('new-1'), person);
    assert.equal(program, '/usr/sbin/mysqld');
    assert.deepEqual(args, ['--no-defaults', '--initialize-insecure', `--datadir=${at('new-1')}`, '--secure-file-priv=NULL']);
  });

  it('let a server listen on 127.0.0.1 alone, with no socket, in UTC, small, and with no secret among the arguments', () => {
    for (const installation of [mariadb, mysql]) {
      const { program, args } = serveCommand(installation, files, run, person);
      assert.equal(program, installation.program);
      const wanted = ['--bind-address=127.0.0.1', '--port=40123', '--socket=', '--default-time-zone=+00:00', '--character-set-server=utf8mb4'];
      for (const each of [...wanted, '--innodb-buffer-pool-size=128M', `--datadir=${files.data}`]) assert.ok(args.includes(each), each);
      assert.equal(args[0], '--no-defaults');
      for (const each of ['--mysqlx=OFF', '--secure-file-priv=NULL']) assert.equal(args.includes(each), installation.kind === 'mysql', each);
      assert.ok(!args.some((arg) => /pass|--user/.test(arg)));
    }
  });

  it('name the system account only where that is root, which servers refuse by default', () => {
    for (const installation of [mariadb, mysql]) {
      assert.ok(serveCommand(installation, files, run, root).args.includes('--user=root'));
      assert.ok(initialiseCommand(installation, files, at('new-1'), root).args.includes('--user=root'));
    }
  });

  it('run a container as the person, on its folder, with its port on 127.0.0.1', () => {
    const mount = `--mount=type=bind,"source=${files.root.replaceAll('"', '""')}",target=/server`;
    const made = initialiseCommand(docker, files, at('new-1'), person);
    assert.deepEqual(made.args.slice(0, 6), ['run', '--rm', mount, '--user=1000:100', '--entrypoint=mariadb-install-db', dockerImage]);
    assert.ok(made.args.includes('--datadir=/server/new-1'));

    const { program, args } = serveCommand(docker, files, run, person);
    assert.equal(program, '/usr/bin/docker');
    const published = ['--name=djw-0123', '--publish=127.0.0.1:40123:3306', '--entrypoint=mariadbd', dockerImage];
    assert.deepEqual(args.slice(0, 8), ['run', '--rm', mount, '--user=1000:100', ...published]);
    for (const each of ['--datadir=/server/data', '--init-file=/server/tmp/accounts.sql', '--port=3306', '--bind-address=0.0.0.0']) {
      assert.ok(args.indexOf(each) > args.indexOf(dockerImage), each);
    }
    assert.ok(!args.some((arg) => arg.startsWith('--user=root')));
  });

  it('run a container without an account where the system has no numbers for one', () => {
    const { args } = serveCommand(docker, files, run, { uid: null, gid: null, platform: 'win32' });
    assert.ok(!args.some((arg) => arg.startsWith('--user')));
  });

  it('give the account its password, a statement a line, and shut out all others', () => {
    const text = accountsSql('mariadb', "it's \\ mine", 'random');
    const lines = text.trimEnd().split('\n');
    for (const line of lines) assert.match(line, /^(DELETE|FLUSH|DROP|ALTER|CREATE|GRANT|REVOKE) .*;$|^FLUSH PRIVILEGES;$/);
    assert.ok(lines.includes("ALTER USER 'datajoint'@'127.0.0.1' IDENTIFIED BY 'it''s \\\\ mine';"));
    assert.ok(lines.includes("GRANT ALL PRIVILEGES ON *.* TO 'datajoint'@'localhost' WITH GRANT OPTION;"));
    assert.ok(lines.includes("ALTER USER 'root'@'localhost' IDENTIFIED BY 'random';"));
    assert.doesNotMatch(accountsSql('mysql', 'a', 'b'), /global_priv/);
    assert.match(accountsSql('docker', 'a', 'b'), /'datajoint'@'%'/);
  });
});
