import assert from 'node:assert/strict';
import { it } from 'node:test';
import type * as dj from '../../src/engine';
import { type Engine, describeEngine } from '../integration/engine/describeEngine';
import { assertSound } from './invariant';
import { openLab } from './lab';
import { type Step, STEPS } from './program/order';
import { fails } from './tables';

const KEYS = 10;

/** A worker dies at each step of a job's life; what is there then is known exactly. */
export const atEachStep = describeEngine('workers killed at each step', (engine) => {
  for (const layout of ['table', 'schema'] as const) {
    const steps = layout === 'schema' ? STEPS.filter((step) => !step.endsWith('refresh')) : STEPS;
    for (const step of steps) it(`${step}, ${layout} queue`, () => dieAt(engine, layout, step));
  }
});

let labs = 0;

async function dieAt(engine: Engine, layout: dj.JobLayout, step: Step): Promise<void> {
  const { connection, spec } = engine;
  const lab = await openLab({ connection, spec, name: `step_${(labs += 1)}`, layout }, KEYS);
  const worker = await lab.start({ halt: { step, time: 1 } });
  await worker.must('halted');
  await worker.kill();
  const census = await assertSound(lab);
  const errors = step === 'after error' ? 1 : 0;
  // Which key comes first is the queue's matter, so how many were made before the failing one is not known.
  const results = step.endsWith('error') ? census.results : step === 'after commit' ? 1 : 0;
  assert.deepEqual(census, { results, errors, pending: KEYS - results - errors });
  const whole = await lab.finish();
  const failing = Array.from({ length: KEYS }, (_, k) => k).filter(fails).length;
  assert.deepEqual(whole, { results: KEYS - failing, errors: failing, pending: 0 });
}
