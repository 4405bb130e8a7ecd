// What the compiler cannot say about the code. The first half keeps the house in order: who may import whom, folder
// doors, which packages are named where. The second half is the language rules.
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import tseslint from 'typescript-eslint';
import { gates } from './eslint.gates.mjs';

const root = import.meta.dirname;
const at = (...parts) => path.join(root, ...parts);

/** Inside src/engine: the folders that each folder may import, beside errors.ts, which all may. */
const below = {
  database: [],
  settings: ['database'],
  codecs: ['database'],
  definition: ['database', 'codecs'],
  algebra: ['database', 'codecs', 'definition'],
  tables: ['database', 'settings', 'codecs', 'definition', 'algebra'],
  jobs: ['database', 'settings', 'codecs', 'definition', 'algebra', 'tables'],
  populate: ['database', 'settings', 'codecs', 'definition', 'algebra', 'tables', 'jobs'],
  overview: ['database', 'settings', 'codecs', 'definition', 'algebra', 'tables', 'jobs'],
  sessions: ['database', 'settings', 'codecs', 'definition', 'algebra', 'tables', 'jobs', 'overview'],
};

/** Outside src/engine: what each part of the house may import. */
const parts = {
  'src/text': [],
  'src/engine': [],
  'src/pipeline': ['src/engine'],
  'src/localServer': ['src/engine'],
  'src/cli': ['src/engine', 'src/pipeline', 'src/localServer', 'src/text'],
  'src/protocol': [],
  'src/extension': ['src/engine', 'src/pipeline', 'src/localServer', 'src/protocol', 'src/text'],
  webview: ['src/protocol'],
};

function directionZones() {
  const inside = Object.entries(below).map(([folder, allowed]) => ({
    target: `src/engine/${folder}`,
    from: 'src/engine',
    except: [folder, ...allowed, 'errors.ts'],
    message: `engine/${folder} may import only: ${['errors', ...allowed].join(', ')}.`,
  }));
  const errors = { target: 'src/engine/errors.ts', from: 'src/engine', message: 'engine/errors.ts imports nothing.' };
  const outside = Object.entries(parts).flatMap(([part, allowed]) =>
    Object.keys(parts)
      .filter((other) => other !== part && !allowed.includes(other))
      .map((other) => ({
        target: part,
        from: other,
        message: `${part} may import only: ${allowed.join(', ') || 'itself'}.`,
      })),
  );
  return [...inside, errors, ...outside];
}

/** A folder's index.ts is its only door: its neighbours see nothing else of it. */
function doorZones(parent) {
  const entries = readdirSync(at(parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const folder = `${parent}/${name}`;
      const neighbours = entries.filter((entry) => entry.name !== name).map((entry) => `${parent}/${entry.name}`);
      if (parent === 'src') neighbours.push('webview');
      const zone = { target: neighbours, from: folder, except: ['index.ts'], message: `Import ${folder}, its door.` };
      return existsSync(at(folder, 'index.ts')) && neighbours.length > 0
        ? [zone, ...doorZones(folder)]
        : doorZones(folder);
    });
}

/** The packages that only one place may name. */
const homes = [
  { package: 'vscode', home: 'src/extension/', why: 'Only src/extension knows VS Code.' },
  { package: 'node:sqlite', home: 'src/engine/database/sqlite/', why: 'Only engine/database/sqlite names this backend.' },
  { package: 'mysql2', home: 'src/engine/database/mysql/', why: 'Only engine/database/mysql names this backend.' },
  {
    package: '@vscode/webview-ui-toolkit',
    home: 'webview/toolkit.ts',
    why: 'Import the controls from webview/toolkit.ts: the package is archived and must stay easy to replace.',
  },
];

function packageRules(allowed) {
  const banned = homes.filter((entry) => !allowed.includes(entry));
  return {
    'no-restricted-imports': [
      'error',
      { patterns: banned.map((entry) => ({ group: [entry.package, `${entry.package}/*`], message: entry.why })) },
    ],
    'no-restricted-syntax': [
      'error',
      ...banned.map((entry) => ({
        selector: `ImportExpression[source.value=/^${entry.package.replaceAll('/', '\\u002F')}(\\u002F|$)/]`,
        message: entry.why,
      })),
    ],
  };
}

const home = {
  files: ['src/**/*.ts', 'webview/**/*.ts'],
  plugins: { 'import-x': importX },
  settings: {
    'import-x/resolver-next': [createTypeScriptImportResolver({ project: at('tsconfig.json') })],
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
  },
  rules: {
    'import-x/no-restricted-paths': ['error', { basePath: root, zones: [...directionZones(), ...doorZones('src')] }],
    'import-x/no-cycle': ['error', { ignoreExternal: true }],
    ...packageRules([]),
  },
};

const homeOfPackages = homes.map((entry) => ({
  files: [entry.home.endsWith('/') ? `${entry.home}**` : entry.home],
  rules: packageRules([entry]),
}));

const language = {
  files: ['**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: 'error',
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    // Spreading a string into code points is what counting characters as a database does needs.
    '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
    // A class of static members and an async method without await are the shapes of tables and of contracts.
    '@typescript-eslint/no-extraneous-class': 'off',
    '@typescript-eslint/require-await': 'off',
    // A type parameter that appears once still documents what the caller gets back.
    '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  },
};

/** The places that text passes on its way to a terminal, and those whose writing is no text from outside. */
const writers = [
  'src/cli/terminal.ts',
  // Static text: before there is a terminal, and after djw is gone.
  'src/cli/djw.ts',
  'src/cli/guardProcess.ts',
  'src/extension/populate/launch.ts',
  // Hands the streams to the terminal, and waits for them at the end.
  'src/cli/main.ts',
  // What a pipeline itself prints is passed on, and kept with its errors.
  'src/cli/workerPool.ts',
  'src/engine/populate/watch.ts',
  // Answers the process that started it, in JSON.
  'src/localServer/keeper.ts',
];

const gatesOfText = [
  { files: ['src/**/*.ts'], ignores: writers, plugins: { gates }, rules: { 'gates/terminal': 'error' } },
  {
    files: ['src/extension/source/**/*.ts', 'src/extension/panels/**/*.ts', 'src/extension/marks/**/*.ts', 'src/pipeline/stack/**/*.ts'],
    ignores: ['src/pipeline/stack/sourceFiles.ts', 'src/extension/source/reveal.ts'],
    plugins: { gates },
    rules: { 'gates/files': 'error' },
  },
  { files: ['src/extension/**/*.ts'], ignores: ['src/extension/host/**'], plugins: { gates }, rules: { 'gates/host': 'error' } },
];

const tests = {
  files: ['test/**/*.ts'],
  rules: {
    // A test may look at what the types promise already.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/no-unnecessary-type-assertion': 'off',
    '@typescript-eslint/no-unnecessary-type-conversion': 'off',
    '@typescript-eslint/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [
          { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'test/artifacts/', 'node_modules/'] },
  language,
  tests,
  home,
  ...homeOfPackages,
  ...gatesOfText,
  { files: ['src/engine/**/*.ts', 'src/protocol/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['**/*.mjs'],
    rules: { eqeqeq: 'error', 'no-unused-vars': 'error', 'prefer-const': 'error', 'no-var': 'error' },
  },
);
