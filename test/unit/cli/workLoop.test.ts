import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoopOptions, workLoop } from '../../../src/cli/workLoop';

/** Runs a loop whose tables answer with these counts, round after round, and then ends. */
async function run(rounds: readonly (readonly (number | Error)[])[], options: Partial<LoopOptions> = {}) {
  const over = new AbortController();
  const rests: number[] = [];
  const calls: number[] = [];
  let round = 0;
  await workLoop({
    tables: rounds[0]?.length ?? 0,
    forever: false,
    over: over.signal,
    rest: { first: 0.001, longest: 0.004 },
    turn: 1000,
    random: () => 0.5,
    isPassing: () => true,
    passOver: () => false,
    onRest: (seconds) => rests.push(seconds),
    work: async (table) => {
      calls.push(table);
      const answer = rounds[round]?.[table] ?? 0;
      if (table === (rounds[0]?.length ?? 0) - 1) {
        round += 1;
        if (round === rounds.length) over.abort();
      }
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { rests, calls };
}

test('every table in turn, until none of them has anything to do', async () => {
  assert.deepEqual(await run([[3, 0], [0, 2], [0, 0], [9, 9]]), { rests: [], calls: [0, 1, 0, 1, 0, 1] });
});

test('a rest doubles while there is nothing to do, up to the longest, and begins anew after work', async () => {
  const { rests } = await run([[0], [0], [0], [0], [1], [0], [0]], { forever: true });
  assert.deepEqual(rests.map((seconds) => seconds * 1e6), [1, 2, 4, 4, 1, 2].map((n) => n));
});

test('rests differ from worker to worker', async () => {
  const least = await run([[0], [0]], { forever: true, random: () => 0 });
  const most = await run([[0], [0]], { forever: true, random: () => 1 });
  assert.deepEqual([least.rests[0], most.rests[0]], [0.75e-6, 1.25e-6]);
});

test('what passes by itself is waited for, when the worker goes on for ever', async () => {
  const away = new Error('away');
  assert.deepEqual((await run([[away, 1], [2, 0], [0, 0]], { forever: true })).rests.length, 2);
  await assert.rejects(run([[away]], { forever: true, isPassing: () => false }), /away/);
  await assert.rejects(run([[away]]), /away/);
});

test('a table of which nothing can be made leaves the others at work', async () => {
  const broken = new Error('broken');
  const passed: unknown[] = [];
  const passOver = (table: number, thrown: unknown) => passed.push([table, thrown]) > 0;
  assert.deepEqual((await run([[broken, 3], [broken, 0], [9, 9]], { passOver })).calls, [0, 1, 0, 1]);
  assert.deepEqual(passed, [[0, broken], [0, broken]]);
  const isPassing = () => false;
  assert.equal((await run([[broken, 0], [broken, 0], [0, 0]], { passOver, isPassing, forever: true })).rests.length, 3);
});

test('a rest ends when the worker is over', async () => {
  const over = new AbortController();
  const resting = workLoop({
    tables: 1,
    forever: true,
    over: over.signal,
    rest: { first: 60_000, longest: 60_000 },
    turn: 1000,
    isPassing: () => false,
    passOver: () => false,
    onRest: () => setImmediate(() => over.abort()),
    work: async () => 0,
  });
  await resting;
});
