import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as engine from '../../src/engine';

const built = join(__dirname, '../../dist/engine.js');
const folder = join(__dirname, '../artifacts/bench');

/** The engine as it is shipped: figures of the sources, compiled on the fly, would be others. A copy, because a build may come. */
export const ENGINE = join(folder, 'engine.js');

if (!existsSync(built)) throw new Error('The benchmarks measure what is built: run `npm run build` first.');
mkdirSync(folder, { recursive: true });
copyFileSync(built, ENGINE);

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that the build has made
export const dj = require(ENGINE) as typeof engine;
