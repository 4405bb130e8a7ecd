// Builds everything under dist/: `node esbuild.mjs`, or `node esbuild.mjs --watch`.
//
//   extension.js     the VS Code extension, with its own copy of the engine
//   djw.js           what the terminal command starts with: a look at the Node that runs it, in JavaScript that old ones read
//   cli.js           the command itself; requires ./engine.js, so that a pipeline's `import 'datajoint-workbench'` (which
//                    djw resolves to that same file) and djw share one engine
//   guard.js         the process that ends djw on a signal when a make() does not return
//   engine.js        the engine
//   sqliteThread.js  the worker thread that holds the embedded database
//   indexThread.js   the worker thread that reads a folder's sources
//   types/           declarations of the engine
//   launch.js        what the extension's terminals run: djw with the secrets that the extension holds for it
//   THIRD-PARTY-NOTICES.txt, sbom.cdx.json   what of other projects is in all this
//   webview/         pages shown inside VS Code, with the codicon font
//   vendor/jiti/     the loader of .ts pipeline files. It requires its compiler lazily by a relative path, which a bundler
//                    cannot follow, so it stays a folder of its own.
import * as esbuild from 'esbuild';
import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { leanMysql } from './esbuild.leanMysql.mjs';
import { writeShipped } from './esbuild.shipped.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const dist = path.join(root, 'dist');
const engineFolder = path.join(root, 'src/engine');
const engineDoor = path.join(engineFolder, 'index.ts');

/** Makes the door of the engine the sibling file ./engine.js, and refuses any other way into the engine's folder. */
const oneEngine = {
  name: 'one-engine',
  setup(build) {
    build.onResolve({ filter: /^\./ }, async (args) => {
      if (args.pluginData?.resolved) return undefined;
      const found = await build.resolve(args.path, {
        importer: args.importer,
        resolveDir: args.resolveDir,
        kind: args.kind,
        pluginData: { resolved: true },
      });
      if (found.path === engineDoor) return { path: './engine.js', external: true };
      if (found.path.startsWith(engineFolder + path.sep)) {
        const text = `${path.relative(root, args.importer)} imports ${args.path}: outside the engine, import the folder's door`;
        return { errors: [{ text }] };
      }
      return found;
    });
  },
};

const vendoredJiti = {
  name: 'vendored-jiti',
  setup(build) {
    build.onResolve({ filter: /^jiti$/ }, () => ({ path: './vendor/jiti/lib/jiti.cjs', external: true }));
  },
};

/** The lines that the background task in .vscode/tasks.json waits for. */
const reportWatch = {
  name: 'report-watch',
  setup(build) {
    build.onStart(() => console.log('build started'));
    build.onEnd((result) => console.log(`build finished, ${result.errors.length} errors`));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  metafile: true,
  legalComments: 'none',
};

const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  external: ['vscode'],
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
};

/** Each .ts file directly in webview/ is a page, except the door to the controls; what pages share is in folders. */
async function webviewPages() {
  const files = await readdir(path.join(root, 'webview'));
  const pages = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && file !== 'toolkit.ts');
  return pages.map((file) => `webview/${file}`);
}

async function bundles() {
  const entry = (file) => ({ entryPoints: [file] });
  return [
    { ...node, ...entry('src/engine/index.ts'), outfile: 'dist/engine.js', plugins: [leanMysql] },
    { ...node, ...entry('src/engine/database/sqlite/sqliteThread.ts'), outfile: 'dist/sqliteThread.js' },
    { ...node, ...entry('src/pipeline/source/indexThread.ts'), outfile: 'dist/indexThread.js' },
    {
      ...node,
      ...entry('src/extension/extension.ts'),
      outfile: 'dist/extension.js',
      plugins: [vendoredJiti, leanMysql],
    },
    {
      ...node,
      ...entry('src/cli/djw.ts'),
      outfile: 'dist/djw.js',
      target: 'node10',
      banner: { js: '#!/usr/bin/env node' },
      external: ['./cli'],
    },
    { ...node, ...entry('src/cli/guardProcess.ts'), outfile: 'dist/guard.js' },
    { ...node, ...entry('src/cli/cli.ts'), outfile: 'dist/cli.js', plugins: [oneEngine, vendoredJiti] },
    { ...node, ...entry('src/extension/populate/launch.ts'), outfile: 'dist/launch.js' },
    {
      ...common,
      entryPoints: await webviewPages(),
      outdir: 'dist/webview',
      platform: 'browser',
      format: 'iife',
      target: 'chrome128',
      minify: true,
    },
  ];
}

async function copyVendored() {
  const from = path.join(root, 'node_modules/jiti');
  const to = path.join(dist, 'vendor/jiti');
  await mkdir(path.join(to, 'lib'), { recursive: true });
  await mkdir(path.join(to, 'dist'), { recursive: true });
  for (const file of ['lib/jiti.cjs', 'dist/jiti.cjs', 'dist/babel.cjs', 'LICENSE']) {
    await copyFile(path.join(from, file), path.join(to, file));
  }
  const codicons = path.join(root, 'node_modules/@vscode/codicons/dist');
  await mkdir(path.join(dist, 'webview'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) {
    await copyFile(path.join(codicons, file), path.join(dist, 'webview', file));
  }
}

/** Runs the TypeScript compiler for the declarations; in watch mode it stays beside the bundler. */
function writeDeclarations() {
  const args = [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json', '--emitDeclarationOnly'];
  if (watch) args.push('--watch', '--preserveWatchOutput');
  const compiler = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    compiler.once('error', reject);
    compiler.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${code}`))));
  });
}

async function main() {
  if (!watch) await rm(dist, { recursive: true, force: true });
  await copyVendored();
  if (watch) {
    for (const options of await bundles()) {
      const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), reportWatch] });
      await context.watch();
    }
    await writeDeclarations();
    return;
  }
  const results = await Promise.all((await bundles()).map((options) => esbuild.build(options)));
  await writeShipped(results.map((result) => result.metafile), dist);
  await chmod(path.join(dist, 'djw.js'), 0o755);
  await writeDeclarations();
}

main().catch((error) => {
  // esbuild and tsc have printed their own findings by now.
  console.error(`build failed: ${error.message.split('\n')[0]}`);
  process.exitCode = 1;
});
