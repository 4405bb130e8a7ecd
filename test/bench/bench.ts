/**
 * `npm run bench -- [--only NAME] [--quick]`: prints a table and writes test/artifacts/bench.json. Figures are for reading,
 * never for passing or failing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bridge } from './bridge';
import type { Benchmark } from './measure';
import { backlogs } from './populate/backlogs';
import { comparison } from './populate/comparison';
import { populateWorkers } from './populate/populateWorkers';
import { recovery } from './populate/recovery';
import { refreshes } from './populate/refreshes';
import { statements } from './populate/statements';
import { sources } from './sources';
import { tree } from './tree';

const benchmarks: readonly Benchmark[] = [populateWorkers, comparison, statements, backlogs, refreshes, recovery, bridge, sources, tree];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
  const chosen = benchmarks.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
  if (chosen.length === 0) throw new Error(`There is no benchmark ${String(values.only)}: ${benchmarks.map(({ name }) => name).join(', ')}.`);
  const results: Record<string, readonly object[]> = {};
  for (const benchmark of chosen) {
    console.log(`${benchmark.name}: ${benchmark.what}${values.quick ? ' (quick)' : ''}`);
    results[benchmark.name] = await benchmark.run(values.quick);
    console.table(results[benchmark.name]);
  }
  const folder = path.join(__dirname, '../artifacts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
