import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadSettings } from '../../../src/engine/settings';
import { onServer, refused, type ServerSpec, sql } from './support';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** A key and a certificate, signed by `by` or by itself, for the host `name`. */
function certificate(name: string, by: string | null, host: string): void {
  writeFileSync(file(`${name}.ext`), `subjectAltName=${host}\nbasicConstraints=CA:${by === null ? 'TRUE' : 'FALSE'}\n`);
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  const signed =
    by === null ? ['-signkey', `${name}.key`] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-days',
    '2',
    '-in',
    `${name}.csr`,
    '-extfile',
    `${name}.ext`,
    ...signed,
    '-out',
    `${name}.pem`,
  );
}

function prepare(): string | false {
  try {
    openssl('version');
  } catch {
    return 'openssl is not installed';
  }
  certificate('authority', null, 'DNS:authority');
  certificate('stranger', null, 'DNS:stranger');
  certificate('server', 'authority', 'IP:127.0.0.1');
  certificate('client', 'authority', 'DNS:client');
  return false;
}

const skip = prepare();
after(() => rmSync(folder, { recursive: true }));

describe('TLS', { skip }, () => {
  const place = onServer(
    [`--ssl-ca=${file('authority.pem')}`, `--ssl-cert=${file('server.pem')}`, `--ssl-key=${file('server.key')}`],
    `CREATE USER secure@'%' IDENTIFIED BY 'x' REQUIRE SSL; CREATE USER known@'%' IDENTIFIED BY 'x' REQUIRE X509`,
  );

  const cipher = async (change: Partial<ServerSpec>): Promise<string> => {
    const database = await place.open({ user: 'secure', password: 'x', ...change });
    const [row] = await database.all(sql("SHOW STATUS LIKE 'Ssl_cipher'"));
    await database.close();
    return String(row?.['Value']);
  };

  /** A connection as the settings of datajoint-python 0.14 ask for it. */
  const fromSettings = (use_tls: object, user = 'secure'): Partial<ServerSpec> => {
    const { host, port } = place.server;
    writeFileSync(
      file('dj_local_conf.json'),
      JSON.stringify({
        'database.host': host,
        'database.port': port,
        'database.user': user,
        'database.password': 'x',
        'database.use_tls': use_tls,
      }),
    );
    const { connection } = loadSettings({ cwd: folder, env: {} });
    assert.ok(connection.kind === 'server');
    return connection;
  };

  it('is used when demanded and where the server has it, and an account that needs it says so', async () => {
    assert.match(await cipher({ tls: true }), /TLS|AES/);
    assert.match(await cipher({ tls: null }), /TLS|AES/);
    await refused(
      place.open({ user: 'secure', password: 'x', tls: false }),
      'access',
      /login of secure: .* without TLS\./,
    );
  });

  it('checks the server against the authority of database.use_tls, and its name', async () => {
    assert.match(await cipher(fromSettings({ ca: 'authority.pem' })), /TLS|AES/);
    await refused(
      place.open(fromSettings({ ca: 'stranger.pem' })),
      'unreachable',
      /agree on no TLS connection .*check the certificates in database\.use_tls/,
    );
    const elsewhere = { ...fromSettings({ ca: 'authority.pem' }), host: 'localhost' };
    await refused(place.open(elsewhere), 'unreachable', /agree on no TLS connection .*localhost/);
    assert.match(
      await cipher({ ...fromSettings({ ca: 'authority.pem', check_hostname: false }), host: 'localhost' }),
      /TLS|AES/,
    );
  });

  it('shows its own certificate where the server wants one', async () => {
    const own = { ca: 'authority.pem', cert: 'client.pem', key: 'client.key' };
    assert.match(await cipher(fromSettings(own, 'known')), /TLS|AES/);
    await refused(place.open(fromSettings({ ca: 'authority.pem' }, 'known')), 'access', /login of known/);
    await refused(
      place.open(fromSettings({ ...own, key: 'authority.pem' }, 'known')),
      'access',
      /^The certificates .*client\.pem, .*authority\.pem cannot be used .*correct database\.use_tls/,
    );
  });
});
