/**
 * Imported before anything else, it gives a test file the engine that is shipped: whatever asks for src/engine gets dist/engine.js.
 * The bundle contains less than the sources do (`leanMysql` in esbuild.mjs), so that passing from source is no proof.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(__dirname, '../..');
const built = path.join(root, 'dist/engine.js');
if (!existsSync(built)) throw new Error('These tests run what is built: run `npm run build` first.');

const source = pathToFileURL(path.join(root, 'src/engine/index.ts')).href;
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const isDoor = found.url.split('?')[0] === source;
    return isDoor ? { url: pathToFileURL(built).href, format: 'commonjs', shortCircuit: true } : found;
  },
});
