import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { loadSettings, type Settings } from '../../src/engine/settings';
import { type Python, python014, python23 } from './python';

/** Files by their path in a project, and variables. Python and we are asked what they make of the same. */
interface Situation {
  readonly files: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What datajoint-python answers. */
interface Answer {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: boolean | null;
  readonly prefix: string;
  readonly create_tables: boolean;
  readonly safemode: boolean;
  readonly jobs: Readonly<Record<string, unknown>>;
  readonly stores: Readonly<Record<string, string | { readonly protocol?: string; readonly location?: string }>>;
}

const SEED = 20_260_131;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const yes = fc.constantFrom(true, false, 'yes', 'no', 'true', 'off', 1, 0);
const spelledYes = fc.constantFrom('true', 'false', '1', '0', 'yes', 'No', 'ON', 'f');
const word = fc.constantFrom('a', 'lab', 'x y', 'ü', 'pa:ss#w"ord');
const host = fc.constantFrom('db.lab', '10.0.0.7', 'localhost');
const port = fc.integer({ min: 1, max: 65_535 });
const location = fc.constantFrom('/data', '/mnt/x');

const jobs = fc.record(
  {
    auto_refresh: yes,
    keep_completed: yes,
    stale_timeout: fc.oneof(fc.nat(9999), fc.constant('12')),
    default_priority: fc.nat(255),
    version_method: fc.constantFrom('git', 'none'),
    add_job_metadata: yes,
    allow_new_pk_fields_in_computed_tables: yes,
  },
  { requiredKeys: [] },
);

const database = fc.record(
  {
    host,
    port: fc.oneof(port, port.map(String)),
    user: word,
    password: word,
    use_tls: yes,
    database_prefix: word,
    create_tables: yes,
  },
  { requiredKeys: [] },
);

/** Some groups nested, others dotted. */
const datajointJson = fc
  .record({
    database,
    jobs,
    dotted: fc.boolean(),
    safemode: maybe(yes),
    location: maybe(location),
    unknown: fc.boolean(),
  })
  .map(({ dotted, unknown, ...all }) => {
    const groups = Object.entries({ database: all.database, jobs: all.jobs }).map(
      ([name, group]): Record<string, unknown> =>
        dotted
          ? Object.fromEntries(Object.entries(group).map(([key, value]) => [`${name}.${key}`, value]))
          : { [name]: group },
    );
    const store = dotted
      ? { 'stores.main.protocol': 'file', 'stores.main.location': all.location }
      : { stores: { default: 'main', main: { protocol: 'file', location: all.location } } };
    const more = unknown ? { fetch_format: 'array', unknown: { a: 1 }, 'custom.x': 2 } : {};
    return {
      ...Object.fromEntries(groups.flatMap((group) => Object.entries(group))),
      ...(all.location === undefined ? {} : store),
      ...pruned({ safemode: all.safemode }),
      ...more,
    };
  });

const variables = fc.record(
  {
    DJ_HOST: fc.oneof(host, fc.constant('')),
    DJ_PORT: port.map(String),
    DJ_USER: word,
    DJ_PASS: word,
    DJ_USE_TLS: spelledYes,
    DJ_DATABASE_PREFIX: word,
    DJ_CREATE_TABLES: spelledYes,
    DJ_SAFEMODE: spelledYes,
    DJ_JOBS_AUTO_REFRESH: spelledYes,
    DJ_JOBS_STALE_TIMEOUT: fc.nat(9999).map(String),
    DJ_JOBS_DEFAULT_PRIORITY: fc.nat(255).map(String),
    DJ_JOBS_VERSION_METHOD: fc.constantFrom('git', 'none'),
    DJ_JOBS: fc.constant('{"keep_completed": true, "default_priority": 9}'),
    DJ_STORES: fc.constant('{"default": "env", "env": {"protocol": "file", "location": "/env"}}'),
    DJ_IGNORE_CONFIG_FILE: fc.constantFrom('true', '0', 'false'),
  },
  { requiredKeys: [] },
);

const newer: fc.Arbitrary<Situation> = fc.record({
  files: fc.record(
    {
      'datajoint.json': datajointJson,
      '.secrets/database.user': fc.constant(' secret user\n'),
      '.secrets/database.password': fc.constant('secret\n'),
      '.secrets/stores.main.location': fc.constant('/secret'),
      'run/database.user': fc.constant('container user'),
      'run/database.password': fc.constant('container'),
    },
    { requiredKeys: [] },
  ),
  env: variables,
});

const oldFile = fc.record(
  {
    'database.host': host,
    'database.port': port,
    'database.user': fc.option(word),
    'database.password': fc.option(word),
    'database.use_tls': fc.option(fc.boolean()),
    safemode: fc.boolean(),
    'connection.init_function': fc.constant(null),
    'display.limit': fc.constant(12),
    custom: fc.constant({ 'database.prefix': 'lab_' }),
    database: fc.constant({ host: 'nested' }),
    stores: location.map((place) => ({ raw: { protocol: 'file', location: place, stage: '/s' } })),
  },
  { requiredKeys: [] },
);

const older: fc.Arbitrary<Situation> = fc.record({
  files: fc.record({ 'dj_local_conf.json': oldFile, 'home/.datajoint_config.json': oldFile }, { requiredKeys: [] }),
  env: fc.record({ DJ_HOST: host, DJ_USER: word, DJ_PASS: word }, { requiredKeys: [] }),
});

function pruned(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const root = realpathSync(mkdtempSync(join(tmpdir(), 'interop-settings-')));
after(() => rmSync(root, { recursive: true, force: true }));

interface Prepared {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly systemSecrets: string;
}

function prepare({ files, env }: Situation, name: string): Prepared {
  const cwd = join(root, name);
  mkdirSync(join(cwd, '.git'), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return { cwd, env: { ...env, HOME: join(cwd, 'home') }, systemSecrets: join(cwd, 'run') };
}

/** The interpreters are those of DJW_PYTHON_23 and DJW_PYTHON_014. */
function ask({ interpreter }: Python, version: string, situations: readonly Prepared[]): Answer[] {
  const run = spawnSync(interpreter, [join(__dirname, 'python', 'settings.py'), version], {
    input: JSON.stringify(situations),
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** In the words of datajoint-python; a field that ours does not have is left out of the comparison. */
function ours({ connection, jobs, stores, ...settings }: Settings): Record<string, unknown> {
  return {
    ...(connection.kind === 'server' ? { host: connection.host, port: connection.port } : {}),
    jobs: {
      auto_refresh: jobs.autoRefresh,
      keep_completed: jobs.keepCompleted,
      stale_timeout: jobs.staleTimeout,
      default_priority: jobs.defaultPriority,
      version_method: jobs.versionMethod,
      add_job_metadata: jobs.addJobMetadata,
      allow_new_pk_fields_in_computed_tables: jobs.allowNewPkFieldsInComputedTables,
    },
    safemode: settings.safemode,
    prefix: settings.databasePrefix,
    create_tables: settings.createTables,
    stores: Object.fromEntries([...stores.named.values()].map(({ name, location: at }) => [name, at])),
  };
}

function theirs(answer: Answer): Record<string, unknown> {
  const stores = Object.entries(answer.stores).flatMap(([name, store]) =>
    typeof store === 'string' ? [] : [[name, store.location ?? null]],
  );
  return { ...answer, stores: Object.fromEntries(stores) };
}

function assertAgree(python: Record<string, unknown>, mine: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) if (name in mine) assert.deepEqual(mine[name], python[name], name);
}

describe('settings as datajoint-python 2.3 reads them', { skip: python23.absent }, () => {
  it('agree on 25 generated situations, but for the order of user, password and TLS', () => {
    const situations = fc.sample(newer, { numRuns: 25, seed: SEED });
    const prepared = situations.map((situation, index) => prepare(situation, `new${index}`));
    const answers = ask(python23, '2.3', prepared);
    assert.equal(answers.length, situations.length);
    let servers = 0;
    answers.forEach((answer, index) => {
      const { cwd, env, systemSecrets } = prepared[index] ?? assert.fail();
      const settings = loadSettings({ cwd, env, systemSecrets });
      const context = JSON.stringify(situations[index]);
      try {
        assertAgree(theirs(answer), ours(settings), [
          'host',
          'port',
          'jobs',
          'safemode',
          'prefix',
          'create_tables',
          'stores',
        ]);
        if (settings.connection.kind === 'embedded') assert.ok(['localhost', ''].includes(answer.host));
        else {
          servers += 1;
          assertLogin(answer, settings, situations[index] ?? assert.fail());
        }
      } catch (error) {
        throw new Error(`${String(error)}\nin ${context}\nPython: ${JSON.stringify(answer)}`, { cause: error });
      }
    });
    assert.ok(servers >= 8, `only ${servers} situations name a server`);
  });
});

/** Python takes the file before secrets for user and password, and before the variable for TLS; we the other way. */
function assertLogin(answer: Answer, { connection }: Settings, { files, env }: Situation): void {
  assert.ok(connection.kind === 'server');
  const isIgnored = env['DJ_IGNORE_CONFIG_FILE'] === 'true';
  const has = (folder: string): boolean => Object.keys(files).some((path) => path.startsWith(folder));
  const folder = 'datajoint.json' in files && has('.secrets/') ? '.secrets' : 'run';
  for (const [name, variable] of [
    ['user', 'DJ_USER'],
    ['password', 'DJ_PASS'],
  ] as const) {
    const secret = isIgnored ? undefined : files[`${folder}/database.${name}`];
    const isOurOrder = env[variable] === undefined && typeof secret === 'string';
    assert.equal(connection[name], isOurOrder ? secret.trim() : (answer[name] ?? ''), name);
  }
  if (env['DJ_USE_TLS'] === undefined) assert.equal(connection.tls, answer.tls);
  else assert.equal(connection.tls, /^(true|1|yes|on)$/i.test(env['DJ_USE_TLS']));
}

describe('settings as datajoint-python 0.14 reads them', { skip: python014.absent }, () => {
  it('agree on 10 generated situations', () => {
    const situations = fc.sample(older, { numRuns: 10, seed: SEED });
    const prepared = situations.map((situation, index) => prepare(situation, `old${index}`));
    const answers = ask(python014, '0.14', prepared);
    assert.equal(answers.length, situations.length);
    answers.forEach((answer, index) => {
      const settings = loadSettings(prepared[index] ?? assert.fail());
      const context = `${JSON.stringify(situations[index])}\nPython: ${JSON.stringify(answer)}`;
      assertAgree(theirs(answer), ours(settings), ['safemode', 'stores']);
      if (settings.connection.kind === 'embedded') {
        assert.equal(answer.host, 'localhost', context);
        return;
      }
      const { host: at, port: number, user, password, tls } = settings.connection;
      const expected = [answer.host, answer.port, answer.user ?? '', answer.password ?? '', answer.tls];
      assert.deepEqual([at, number, user, password, tls], expected, context);
    });
  });
});
