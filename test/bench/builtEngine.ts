import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as engine from '../../src/engine';

/** The engine as it is shipped: figures of the sources, compiled on the fly, would be others. */
export const ENGINE = join(__dirname, '../../dist/engine.js');

if (!existsSync(ENGINE)) throw new Error('The benchmarks measure what is built: run `npm run build` first.');

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that the build has made
export const dj = require(ENGINE) as typeof engine;
