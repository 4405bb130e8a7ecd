// `npm run fuzz -- [--times N] [--seed N]`: the fuzz tests with many inputs; 50 times the usual number by default.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { times: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) } } });
const [times, seed] = [Number(values.times), Number(values.seed)];
if (!Number.isSafeInteger(times) || times < 1 || !Number.isSafeInteger(seed)) throw new Error('Usage: npm run fuzz -- [--times N] [--seed N]');
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', 'tsx', '--test', ...files.map((name) => path.join(import.meta.dirname, name))], {
  stdio: 'inherit',
  env: { ...process.env, DJW_FUZZ_TIMES: String(times), DJW_FUZZ_SEED: String(seed) },
});
process.exitCode = status ?? 1;
