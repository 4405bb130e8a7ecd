import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answers } from '../../../src/extension/connections/answers';

test('a question is asked once, and again only when its answer is another', async () => {
  const answers = new Answers();
  let value = 1n;
  let asked = 0;
  const ask = () =>
    answers.ask('count', () => {
      asked += 1;
      return Promise.resolve({ value });
    });
  assert.deepEqual(await Promise.all([ask(), ask()]), [{ value: 1n }, { value: 1n }]);
  assert.equal(asked, 1);
  assert.equal(await answers.renew(), false);
  value = 2n;
  assert.equal(await answers.renew(), true);
  const before = asked;
  assert.deepEqual(await ask(), { value: 2n });
  assert.equal(asked, before, 'the new answer was there already');
});

test('a question that nobody asks any more is forgotten with the next change', async () => {
  const answers = new Answers();
  const log: string[] = [];
  let round = 0;
  const ask = (name: string) =>
    answers.ask(name, () => {
      log.push(name);
      return Promise.resolve(`${name}${round}`);
    });
  await Promise.all([ask('a'), ask('b')]);
  round = 1;
  assert.equal(await answers.renew(), true);
  await ask('a');
  log.length = 0;
  round = 2;
  assert.equal(await answers.renew(), true);
  assert.deepEqual(log, ['a']);
});

test('a failed question is asked again, and its recovery is a change', async () => {
  const answers = new Answers();
  let broken = true;
  const ask = () => answers.ask('x', () => (broken ? Promise.reject(new Error('locked')) : Promise.resolve(1)));
  await assert.rejects(ask(), /locked/);
  broken = false;
  assert.equal(await ask(), 1);
  broken = true;
  assert.equal(await answers.renew(), true);
  broken = false;
  assert.equal(await ask(), 1);
});
