import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataJointError } from '../../../src/engine/errors';
import { defaultJobSettings, loadSettings, resolveConnection } from '../../../src/engine/settings';
import { ProjectFolder } from './folder';

const project = new ProjectFolder();
const embedded = (...path: string[]) => ({ kind: 'embedded', file: join(project.root, ...path), durability: 'full' });

test('nothing configured means the embedded database of the folder', () => {
  assert.deepEqual(
    resolveConnection({ cwd: project.folder('a'), env: {} }),
    embedded('a', '.datajoint', 'embedded.db'),
  );
});

test('the nearest .datajoint folder upward holds the embedded database, within the project', () => {
  project.folder('project/.datajoint');
  const cwd = project.folder('project/src/deep');
  assert.deepEqual(resolveConnection({ cwd, env: {} }), embedded('project', '.datajoint', 'embedded.db'));
  project.folder('project/src/.git');
  assert.deepEqual(resolveConnection({ cwd, env: {} }), embedded('project/src/deep', '.datajoint', 'embedded.db'));
});

test('a variable names the file, relative to the folder, and wins over a host', () => {
  const env = { DJ_EMBEDDED_FILE: 'data/my.db', DJ_HOST: 'db.lab' };
  assert.deepEqual(resolveConnection({ cwd: project.root, env }), embedded('data', 'my.db'));
});

test('datajoint.json names file and durability, relative to itself, also from a folder below', () => {
  project.write('datajoint.json', {
    embedded: { file: 'store/e.db', durability: 'normal' },
    database: { host: 'db.lab' },
  });
  const spec = resolveConnection({ cwd: project.folder('a/b'), env: {} });
  assert.deepEqual(spec, { ...embedded('store', 'e.db'), durability: 'normal' });
});

test('durability alone applies to the default file', () => {
  project.write('datajoint.json', { 'embedded.durability': 'normal' });
  assert.deepEqual(resolveConnection({ cwd: project.root, env: {} }), {
    ...embedded('.datajoint', 'embedded.db'),
    durability: 'normal',
  });
});

test('a host in the file asks for a server, with secrets over the file and variables over both', () => {
  project.write('datajoint.json', {
    database: { host: 'db.lab', port: 3307, user: 'file', password: 'file', use_tls: true },
  });
  const server = { kind: 'server', host: 'db.lab', port: 3307, user: 'file', password: 'file', tls: true };
  assert.deepEqual(resolveConnection({ cwd: project.root, env: {} }), server);
  project.write('.secrets/database.user', 'secret\n');
  project.write('.secrets/database.password', ' pass word \n');
  assert.deepEqual(resolveConnection({ cwd: project.root, env: {} }), {
    ...server,
    user: 'secret',
    password: 'pass word',
  });
  const env = { DJ_HOST: 'other', DJ_PORT: '3308', DJ_USER: 'u', DJ_PASS: 'p', DJ_USE_TLS: 'false' };
  const fromEnvironment = { kind: 'server', host: 'other', port: 3308, user: 'u', password: 'p', tls: false };
  assert.deepEqual(resolveConnection({ cwd: project.root, env }), fromEnvironment);
});

test('flat names, a host alone, and empty variables', () => {
  project.write('datajoint.json', { 'database.host': 'flat' });
  const spec = resolveConnection({ cwd: project.root, env: { DJ_HOST: '', DJ_EMBEDDED_FILE: '' } });
  assert.deepEqual(spec, { kind: 'server', host: 'flat', port: 3306, user: '', password: '', tls: null });
});

test('a host variable wins over an embedded file of datajoint.json; a user alone asks for no server', () => {
  project.write('datajoint.json', { embedded: { file: 'e.db' } });
  assert.equal(resolveConnection({ cwd: project.root, env: { DJ_HOST: 'h' } }).kind, 'server');
  assert.equal(resolveConnection({ cwd: project.root, env: { DJ_USER: 'u' } }).kind, 'embedded');
});

test('what is explicit wins, and DJ_IGNORE_CONFIG_FILE passes over a broken file', () => {
  project.write('datajoint.json', '{broken');
  const explicit = { kind: 'embedded', file: '/x/y.db', durability: 'normal' } as const;
  assert.equal(resolveConnection({ cwd: project.root, env: {}, explicit }), explicit);
  const env = { DJ_IGNORE_CONFIG_FILE: 'true' };
  assert.deepEqual(resolveConnection({ cwd: project.root, env }), embedded('.datajoint', 'embedded.db'));
});

test('an environment that is the whole connection: files and secrets say nothing about it, and all the rest', () => {
  project.write('datajoint.json', {
    database: { host: 'db.lab', port: 3307, user: 'file', password: 'file', use_tls: true },
    embedded: { file: 'e.db' },
    jobs: { keep_completed: true },
    stores: { default: 'main', main: { protocol: 'file', location: '/data' } },
  });
  project.write('.secrets/database.password', 'secret');
  const whole = (more: Record<string, string>) =>
    loadSettings({ cwd: project.root, env: { DJW_CONNECTION: 'environment', DJ_PASS: '', DJ_USE_TLS: '', ...more } });
  const settings = whole({ DJ_HOST: 'other', DJ_USER: 'u' });
  assert.deepEqual(settings.connection, {
    kind: 'server', host: 'other', port: 3306, user: 'u', password: '', tls: null,
  });
  assert.equal(settings.jobs.keepCompleted, true);
  assert.equal(settings.stores.default, 'main');
  assert.deepEqual(whole({}).connection, embedded('.datajoint', 'embedded.db'));
  assert.deepEqual(whole({ DJ_EMBEDDED_FILE: 'x.db' }).connection, embedded('x.db'));
  assert.throws(() => whole({ DJW_CONNECTION: 'maybe' }), /DJW_CONNECTION in the environment must be "environment"/);
});

test('provenance settings: off, DJ_PROVENANCE_* variables, DJ_PROVENANCE, the file', () => {
  const provenance = (env: Record<string, string>) => loadSettings({ cwd: project.root, env }).provenance;
  assert.deepEqual(provenance({}), { capture: false, source: {} });
  const single = { DJ_PROVENANCE_CAPTURE: 'yes', DJ_PROVENANCE_SOURCE: '{"system": "env"}' };
  assert.deepEqual(provenance(single), { capture: true, source: { system: 'env' } });
  assert.deepEqual(provenance({ ...single, DJ_PROVENANCE: '{"capture": false}' }), { capture: false, source: { system: 'env' } });
  project.write('datajoint.json', { provenance: { capture: true, source: { system: 'file' } } });
  assert.deepEqual(provenance({ DJ_PROVENANCE: '{"capture": false, "source": {"system": "env"}}' }), { capture: true, source: { system: 'file' } });
});

test('job settings: defaults, DJ_JOBS_* variables, DJ_JOBS, the file', () => {
  assert.deepEqual(loadSettings({ cwd: project.root, env: {} }).jobs, defaultJobSettings);
  assert.deepEqual(defaultJobSettings, {
    autoRefresh: true,
    keepCompleted: false,
    staleTimeout: 3600,
    defaultPriority: 5,
    versionMethod: null,
    addJobMetadata: false,
    allowNewPkFieldsInComputedTables: false,
  });
  project.write('datajoint.json', {
    jobs: {
      auto_refresh: false,
      keep_completed: true,
      stale_timeout: 0,
      default_priority: 255,
      version_method: 'git',
      add_job_metadata: true,
      allow_new_pk_fields_in_computed_tables: true,
    },
  });
  const fromFile = {
    autoRefresh: false,
    keepCompleted: true,
    staleTimeout: 0,
    defaultPriority: 255,
    versionMethod: 'git',
    addJobMetadata: true,
    allowNewPkFieldsInComputedTables: true,
  };
  assert.deepEqual(loadSettings({ cwd: project.root, env: {} }).jobs, fromFile);
  const env = {
    DJ_JOBS_AUTO_REFRESH: 'no',
    DJ_JOBS_KEEP_COMPLETED: '1',
    DJ_JOBS_DEFAULT_PRIORITY: '7',
    DJ_JOBS_VERSION_METHOD: 'none',
    DJ_JOBS: '{"default_priority": "8"}',
  };
  assert.deepEqual(loadSettings({ cwd: project.root, env }).jobs, fromFile);
  project.write('datajoint.json', { 'jobs.keep_completed': 'off' });
  const changed = { autoRefresh: false, keepCompleted: false, defaultPriority: 8, versionMethod: 'none' };
  assert.deepEqual(loadSettings({ cwd: project.root, env }).jobs, { ...defaultJobSettings, ...changed });
});

const mistakes: [name: string, file: string | object, env: Record<string, string>, message: RegExp][] = [
  ['bad JSON', '{"database": ', {}, /datajoint\.json is not valid JSON.*: correct it or remove it\.$/],
  ['not an object', '[1]', {}, /datajoint\.json must hold a JSON object/],
  [
    'host',
    { database: { host: 5 } },
    {},
    /^The setting database\.host in .*datajoint\.json must be text in quotes, not 5\.$/,
  ],
  [
    'port',
    { database: { host: 'h', port: '1.5' } },
    {},
    /database\.port in .* must be a whole number from 1 to 65535, not "1\.5"\.$/,
  ],
  [
    'backend',
    { database: { host: 'h', backend: 'postgresql' } },
    {},
    /backend "postgresql": only "mysql" is supported/,
  ],
  [
    'durability',
    { embedded: { durability: 'none' } },
    {},
    /embedded\.durability in .* must be "full" or "normal", not "none"/,
  ],
  ['flag', { jobs: { auto_refresh: 'maybe' } }, {}, /jobs\.auto_refresh in .* must be true or false, not "maybe"/],
  [
    'bound',
    { jobs: { stale_timeout: -1 } },
    {},
    /jobs\.stale_timeout in .* must be a whole number of at least 0, not -1/,
  ],
  [
    'variable',
    {},
    { DJ_JOBS_DEFAULT_PRIORITY: '300' },
    /DJ_JOBS_DEFAULT_PRIORITY in the environment must be .*255, not "300"/,
  ],
  [
    'variable flag',
    {},
    { DJ_IGNORE_CONFIG_FILE: 'maybe' },
    /DJ_IGNORE_CONFIG_FILE in the environment must be true or false/,
  ],
];

for (const [name, file, env, message] of mistakes) {
  test(`a mistake gets one sentence: ${name}`, () => {
    project.write('datajoint.json', file);
    assert.throws(
      () => loadSettings({ cwd: project.root, env }),
      (error) => error instanceof DataJointError && error.code === 'usage' && message.test(error.message),
    );
  });
}
