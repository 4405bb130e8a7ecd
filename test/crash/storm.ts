import { setTimeout as pause } from 'node:timers/promises';
import { assertSound } from './invariant';
import type { CrashWorker } from './crashWorker';
import { type Lab, openLab, type Place } from './lab';
import { type Halt, type Step, STEPS } from './program/order';
import { randomFrom } from './random';

export interface Storm {
  /** How many workers are to be killed. */
  readonly kills: number;
  readonly seed: number;
}

const WORKERS = 4;
/** Keys that are there to be made when a round begins. */
const WAITING = 120;
/** A fresh schema after so many rounds: checking all keys after each takes longer and longer. */
const ROUNDS_PER_SCHEMA = 20;
const LATEST_MS = 60;
/** More workers than this that were done before they could be killed mean that the storm blows past them. */
const MOST_MISSES = 0.5;

/** How a worker is to end: at a step, or so long after it began. */
type Fate = { readonly signal: 'SIGKILL'; readonly halt: Halt } | { readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'; readonly afterMs: number };

/**
 * Kills workers while they work side by side, most with SIGKILL, at steps and at moments that the seed decides, and
 * checks after each round that every key is accounted for; at the end the rest is made.
 * @returns what was done, in words
 */
export async function storm(place: Place, { kills, seed }: Storm): Promise<string> {
  const random = randomFrom(seed);
  const reached = new Map<string, number>();
  let killed = 0;
  let misses = 0;
  let keys = 0;
  let lab: Lab | null = null;
  const close = async (): Promise<void> => {
    const census = await lab?.finish();
    keys += (census?.results ?? 0) + (census?.errors ?? 0);
  };
  try {
    for (let round = 0; killed < kills; round += 1) {
      if (round % ROUNDS_PER_SCHEMA === 0) {
        await close();
        lab = await openLab({ ...place, name: `${place.name}_${round}` }, WAITING);
      }
      const here = lab;
      if (here === null) throw new Error('a round without keys');
      const { pending } = await assertSound(here);
      await here.add(Math.max(0, WAITING - pending));
      const fates = Array.from({ length: Math.min(WORKERS, kills - killed) }, () => fate(random));
      const workers = await Promise.all(fates.map((each) => here.worker({ milliseconds: 1, halt: 'halt' in each ? each.halt : null })));
      const ends = await Promise.all(workers.map((worker, i) => meet(worker, fates[i] as Fate)));
      for (const end of ends) {
        if (end === null) misses += 1;
        else {
          killed += 1;
          reached.set(end, (reached.get(end) ?? 0) + 1);
        }
      }
      if (misses > 20 && misses > MOST_MISSES * (killed + misses)) throw new Error(`${misses} workers ended before they could be killed, ${killed} did not`);
    }
    await close();
  } catch (error) {
    throw new Error(`seed ${seed}, after ${killed} kills`, { cause: error });
  }
  const where = [...reached].sort().map(([end, count]) => `${end} ${count}`);
  return `${killed} kills, ${keys} keys, seed ${seed}: ${where.join(', ')}`;
}

function fate(random: () => number): Fate {
  const luck = random();
  if (luck < 0.45) return { signal: 'SIGKILL', halt: { step: STEPS[Math.floor(random() * STEPS.length)] as Step, time: 1 + Math.floor(random() * 4) } };
  const afterMs = random() * LATEST_MS;
  if (luck < 0.9) return { signal: 'SIGKILL', afterMs };
  return { signal: luck < 0.95 ? 'SIGTERM' : 'SIGINT', afterMs };
}

/** Lets a worker meet its fate. @returns what that was, or null when it was done before */
async function meet(worker: CrashWorker, end: Fate): Promise<string | null> {
  worker.tell('go');
  const done = worker.said('done').then((message) => (message === null ? null : 'done'));
  const moment = 'halt' in end ? worker.said('halted').then(() => null) : pause(end.afterMs).then(() => null);
  if ((await Promise.race([moment, done])) === 'done') {
    await worker.ended;
    return null;
  }
  worker.signal(end.signal);
  await worker.ended;
  return 'halt' in end ? end.halt.step : end.signal;
}
