import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answers } from '../../../src/extension/connections/answers';
import { until } from '../../harness/until';

/** Answers, and how often they were told to be others. */
function told(patience?: number) {
  let times = 0;
  return { answers: new Answers(() => (times += 1), patience), times: () => times };
}

test('a question is asked once, and its new answer is there when it is told', async () => {
  const { answers, times } = told();
  let value = 1n;
  let asked = 0;
  const ask = () =>
    answers.ask('count', () => {
      asked += 1;
      return Promise.resolve({ value });
    });
  assert.deepEqual(await Promise.all([ask(), ask()]), [{ value: 1n }, { value: 1n }]);
  assert.equal(asked, 1);
  await answers.renew();
  assert.equal(times(), 0);
  value = 2n;
  await answers.renew();
  assert.equal(times(), 1);
  const before = asked;
  assert.deepEqual(await ask(), { value: 2n });
  assert.equal(asked, before, 'the new answer was there already');
});

test('a question that nobody asks any more is forgotten', async () => {
  const { answers } = told();
  const log: string[] = [];
  let round = 0;
  const ask = (name: string) =>
    answers.ask(name, () => {
      log.push(name);
      return Promise.resolve(`${name}${round}`);
    });
  await Promise.all([ask('a'), ask('b')]);
  round = 1;
  await answers.renew();
  await ask('a');
  log.length = 0;
  round = 2;
  await answers.renew();
  assert.deepEqual(log, ['a']);
});

test('a change that comes before anybody has drawn the one before is not lost', async () => {
  const { answers } = told();
  let value = 1;
  const ask = () => answers.ask('value', () => Promise.resolve(value));
  await ask();
  value = 2;
  await answers.renew();
  value = 3;
  await answers.renew();
  assert.equal(await ask(), 3);
});

test('an error is an answer: told once, and its recovery too', async () => {
  const { answers, times } = told();
  let isBroken = true;
  const ask = () => answers.ask('x', () => (isBroken ? Promise.reject(new Error('locked')) : Promise.resolve(1)));
  await assert.rejects(ask(), /locked/);
  await answers.renew();
  assert.equal(times(), 0);
  isBroken = false;
  await answers.renew();
  assert.equal(times(), 1);
  assert.equal(await ask(), 1);
  isBroken = true;
  await answers.renew();
  await assert.rejects(ask(), /locked/);
  assert.equal(times(), 2);
});

test('an answer that does not come holds up no other, and leaves what is known', async () => {
  const { answers, times } = told(20);
  let round = 0;
  let release: (value: string) => void = () => undefined;
  const quick = () => answers.ask('quick', () => Promise.resolve(`quick ${round}`));
  const slow = () => answers.ask('slow', () => (round === 0 ? Promise.resolve('slow 0') : new Promise<string>((resolve) => (release = resolve))));
  await Promise.all([quick(), slow()]);
  round = 1;
  const renewal = answers.renew();
  await until('the quick answer is told', () => times() === 1);
  assert.deepEqual(await Promise.all([quick(), slow()]), ['quick 1', 'slow 0']);
  release('slow 1');
  await renewal;
  assert.equal(times(), 2);
  assert.deepEqual(await Promise.all([quick(), slow()]), ['quick 1', 'slow 1']);
});

test('a glance does not wait; the answer is told when it has come', async () => {
  const { answers, times } = told();
  let release: (value: string) => void = () => undefined;
  const glance = () => answers.glance('slow', () => new Promise<string>((resolve) => (release = resolve)), 10);
  assert.equal(await glance(), null);
  assert.equal(times(), 0);
  release('there');
  await until('it is told', () => times() === 1);
  assert.equal(await glance(), 'there');
});
