import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataJointError } from '../../../src/engine/errors';
import { loadSettings, resolveConnection } from '../../../src/engine/settings';
import { ProjectFolder } from './folder';

const project = new ProjectFolder();
const server = { kind: 'server', host: 'db.lab', port: 3306, user: '', password: '', tls: null };
const connection = (env: Record<string, string> = {}) => resolveConnection({ cwd: project.root, env });

test('dj_local_conf.json of datajoint-python 0.14: dotted names, stores, custom', () => {
  project.write('dj_local_conf.json', {
    'database.host': 'db.lab',
    'database.port': 3307,
    'database.user': 'u',
    'database.password': 'p',
    'database.use_tls': false,
    'connection.init_function': null,
    fetch_format: 'array',
    enable_python_native_blobs: true,
    safemode: false,
    custom: { 'database.prefix': 'lab_' },
    stores: { raw: { protocol: 'file', location: 'raw', subfolding: [2, 2], stage: '/s' } },
  });
  const settings = loadSettings({ cwd: project.root, env: {} });
  assert.deepEqual(settings.connection, { ...server, port: 3307, user: 'u', password: 'p', tls: false });
  assert.equal(settings.safemode, false);
  assert.equal(settings.databasePrefix, 'lab_');
  const raw = { name: 'raw', protocol: 'file', location: join(project.root, 'raw'), bucket: null, subfolding: [2, 2] };
  assert.deepEqual(settings.stores, { default: null, named: new Map([['raw', raw]]) });
});

test('the home file of 0.14 counts where the folder has none, and neither beside a datajoint.json', () => {
  project.write('home/.datajoint_config.json', { 'database.host': 'home' });
  const env = { HOME: join(project.root, 'home') };
  assert.deepEqual(connection(env), { ...server, host: 'home' });
  assert.deepEqual(connection({ ...env, DJ_HOST: 'variable', DJ_PORT: '3310' }), {
    ...server,
    host: 'variable',
    port: 3310,
  });
  assert.equal(connection({ ...env, DJ_IGNORE_CONFIG_FILE: '1' }).kind, 'embedded');
  project.write('dj_local_conf.json', { 'database.user': 'local' });
  assert.equal(connection(env).kind, 'embedded');
  project.write('dj_local_conf.json', { 'database.host': 'local' });
  assert.deepEqual(connection(env), { ...server, host: 'local' });
  project.write('datajoint.json', { jobs: {} });
  assert.equal(connection(env).kind, 'embedded');
});

test('0.14 does not search upward and knows no nested groups', () => {
  project.write('dj_local_conf.json', { database: { host: 'nested' } });
  assert.equal(connection().kind, 'embedded');
  project.write('dj_local_conf.json', { 'database.host': 'db.lab' });
  assert.equal(resolveConnection({ cwd: project.folder('below'), env: {} }).kind, 'embedded');
});

test('the search follows symbolic links first', () => {
  project.write('real/datajoint.json', { database: { host: 'db.lab' } });
  project.folder('real/src');
  mkdirSync(join(project.root, 'links'));
  symlinkSync(join(project.root, 'real/src'), join(project.root, 'links/src'));
  assert.deepEqual(resolveConnection({ cwd: join(project.root, 'links/src'), env: {} }), server);
});

test('container secrets count where the project has no folder of its own', () => {
  const systemSecrets = project.folder('run');
  project.write('run/database.user', 'container');
  project.write('run/database.password', 'pw');
  project.write('datajoint.json', { database: { host: 'db.lab', user: 'file' } });
  const asked = { cwd: project.root, env: {}, systemSecrets };
  assert.deepEqual(resolveConnection(asked), { ...server, user: 'container', password: 'pw' });
  project.folder('.secrets');
  assert.deepEqual(resolveConnection(asked), { ...server, user: 'file' });
  assert.deepEqual(resolveConnection({ ...asked, env: { DJ_IGNORE_CONFIG_FILE: '1', DJ_HOST: 'h' } }), {
    ...server,
    host: 'h',
  });
});

test('a port in the host wins; an IPv6 address stays whole', () => {
  project.write('datajoint.json', { database: { host: 'db.lab:3311', port: 3307 } });
  assert.deepEqual(connection({ DJ_PORT: '3308' }), { ...server, port: 3311 });
  assert.deepEqual(connection({ DJ_HOST: '::1' }), { ...server, host: '::1', port: 3307 });
});

test('TLS: a flag, a flag as text, certificates', () => {
  const withTls = (useTls: unknown, env = {}) => {
    project.write('datajoint.json', { database: { host: 'db.lab', use_tls: useTls } });
    return connection(env);
  };
  assert.deepEqual(withTls(null), server);
  assert.deepEqual(withTls('no'), { ...server, tls: false });
  assert.deepEqual(withTls({}), { ...server, tls: true });
  const files = { ca: 'ca.pem', cert: '/etc/c.pem', key: 'k.pem', check_hostname: false };
  const tlsFiles = {
    ca: join(project.root, 'ca.pem'),
    cert: '/etc/c.pem',
    key: join(project.root, 'k.pem'),
    checkHostname: false,
  };
  assert.deepEqual(withTls(files), { ...server, tls: true, tlsFiles });
  assert.deepEqual(withTls(files, { DJ_USE_TLS: 'false' }), { ...server, tls: false });
});

test('certificates beside use_tls: from the folder of the file, for which TLS is used; variables win', () => {
  const read = (database: object, env = {}) => {
    project.write('datajoint.json', { database: { host: 'db.lab', ...database } });
    return connection(env);
  };
  const ca = join(project.root, 'certificates/ca.pem');
  assert.deepEqual(read({ tls_ca: 'certificates/ca.pem' }), { ...server, tls: true, tlsFiles: { ca } });
  const named = { use_tls: true, tls_ca: 'certificates/ca.pem', tls_check_hostname: false };
  assert.deepEqual(read(named), { ...server, tls: true, tlsFiles: { ca, checkHostname: false } });
  assert.deepEqual(read({ ...named, use_tls: false }), { ...server, tls: false });
  const env = { DJW_TLS_CA: '/other.pem', DJW_TLS_CHECK_HOSTNAME: 'true' };
  assert.deepEqual(read(named, env), { ...server, tls: true, tlsFiles: { ca: '/other.pem', checkHostname: true } });
});

test('safemode, createTables and the prefix: variables and file in the order of datajoint-python', () => {
  const env = { DJ_SAFEMODE: 'no', DJ_CREATE_TABLES: '0', DJ_DATABASE_PREFIX: 'env_' };
  const read = (variables = {}) => {
    const { safemode, createTables, databasePrefix } = loadSettings({ cwd: project.root, env: variables });
    return { safemode, createTables, databasePrefix };
  };
  assert.deepEqual(read(), { safemode: true, createTables: true, databasePrefix: '' });
  assert.deepEqual(read(env), { safemode: false, createTables: false, databasePrefix: 'env_' });
  project.write('datajoint.json', { safemode: true, database: { create_tables: true, database_prefix: 'file_' } });
  assert.deepEqual(read(), { safemode: true, createTables: true, databasePrefix: 'file_' });
  assert.deepEqual(read(env), { safemode: true, createTables: false, databasePrefix: 'env_' });
});

test('stores: nested, dotted, DJ_STORES in their place, secrets that fill up', () => {
  const read = (env = {}) => loadSettings({ cwd: project.root, env }).stores;
  assert.deepEqual(read(), { default: null, named: new Map() });
  project.write('datajoint.json', {
    stores: {
      default: 'main',
      main: { protocol: 'file', location: '/data' },
      cloud: { protocol: 'S3', location: 'p', bucket: 'b', access_key: 'a' },
    },
    'stores.dotted.protocol': 'file',
  });
  project.write('.secrets/stores.dotted.location', 'd\n');
  project.write('.secrets/stores.main.location', '/not/this');
  project.write('.secrets/stores.cloud.secret_key', 'k');
  const main = { name: 'main', protocol: 'file', location: '/data', bucket: null, subfolding: null };
  const cloud = { name: 'cloud', protocol: 's3', location: 'p', bucket: 'b', subfolding: null };
  const dotted = {
    name: 'dotted',
    protocol: 'file',
    location: join(project.root, 'd'),
    bucket: null,
    subfolding: null,
  };
  assert.deepEqual([...read().named.values()], [main, cloud, dotted]);
  assert.equal(read().default, 'main');
  const replaced = read({
    DJ_STORES: '{"default": "m", "m": {"protocol": "file", "location": "/x", "subfolding": [2, 3]}}',
  });
  assert.equal(replaced.default, 'm');
  assert.deepEqual(replaced.named.get('m'), {
    name: 'm',
    protocol: 'file',
    location: '/x',
    bucket: null,
    subfolding: [2, 3],
  });
  assert.deepEqual([...replaced.named.keys()].sort(), ['cloud', 'dotted', 'm', 'main']);
});

test('every key that either program knows passes', () => {
  project.write('datajoint.json', {
    database: {
      host: 'h',
      user: null,
      password: null,
      backend: 'mysql',
      port: 1,
      name: 'x',
      reconnect: true,
      use_tls: null,
      database_prefix: '',
      create_tables: true,
    },
    connection: { charset: '', init_function: null },
    display: { limit: 12, width: 14, show_tuple_count: true, diagram_direction: 'LR' },
    jobs: { auto_refresh: true, version_method: null },
    stores: {
      default: 'main',
      filepath_default: 'raw',
      main: { protocol: 'file', location: '/d', partition_pattern: null, token_length: 8, subfolding: null },
    },
    loglevel: 'INFO',
    safemode: true,
    query_cache: null,
    download_path: '.',
    fetch_format: 'array',
    cache: '/c',
    unknown: { nested: [1] },
  });
  const env = {
    DJ_LOG_LEVEL: 'DEBUG',
    DJ_THREAD_SAFE: 'true',
    DJ_LOG_STREAM: 'stderr',
    DJ_AWS_ACCESS_KEY_ID: 'a',
    DJ_DIAGRAM_DIRECTION: 'TB',
  };
  assert.equal(loadSettings({ cwd: project.root, env }).connection.kind, 'server');
});

const secret = 'hunter2';
const leaks: [name: string, file: string | object, env: Record<string, string>, message: RegExp][] = [
  [
    'a password that is no text',
    { database: { host: 'h', password: [secret] } },
    {},
    /database\.password in .* text in quotes, not a list\.$/,
  ],
  ['a password that is a number', { database: { host: 'h', password: 4711 } }, {}, /text in quotes, not a number\.$/],
  [
    'an object in place of a host',
    { database: { host: { password: secret } } },
    {},
    /database\.host in .* not an object\.$/,
  ],
  ['broken JSON', `{\n "database": {\n  "password": ${secret}\n} }`, {}, /is not valid JSON \(line 3\)/],
  [
    'broken JSON that the parser locates',
    `{"database": {"password": "${secret}" x}}`,
    {},
    /is not valid JSON \(line 1\)/,
  ],
  ['JSON that ends early', `{"database": {"password": "${secret}"`, {}, /is not valid JSON/],
  [
    'DJ_STORES',
    {},
    { DJ_STORES: `{"m": {"secret_key": "${secret}"` },
    /^The setting DJ_STORES in the environment must be an object, not this text\.$/,
  ],
  ['a store setting', { stores: { m: { location: { secret } } } }, {}, /stores\.m\.location in .* not an object\.$/],
  [
    'a store subfolding',
    { stores: { m: { subfolding: secret } } },
    {},
    /stores\.m\.subfolding in .* must be a list of whole numbers, not this text\.$/,
  ],
  [
    'a certificate key',
    { database: { host: 'h', use_tls: { key: { secret } } } },
    {},
    /database\.use_tls\.key in .* not an object\.$/,
  ],
];

for (const [name, file, env, message] of leaks) {
  test(`no secret in the message: ${name}`, () => {
    project.write('datajoint.json', file);
    assert.throws(
      () => loadSettings({ cwd: project.root, env }),
      (error) => {
        assert.ok(error instanceof DataJointError);
        assert.match(error.message, message);
        assert.doesNotMatch(`${error.message} ${String(error.cause)} ${String(error.stack)}`, /hunter2|4711/);
        return true;
      },
    );
  });
}
