import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionInfo } from '../../../src/engine/database';
import { sessionOrder, sessionRestriction } from '../../../src/engine/sessions';

const base = { pid: null, own: false };
const sessions: readonly SessionInfo[] = [
  { ...base, id: 4, user: 'event_scheduler', host: 'localhost', db: null, command: 'Daemon', time: 187_180, state: 'Waiting on empty queue', info: null },
  { ...base, id: 17, user: 'chris', host: 'compute-1:54587', db: 'ephys', command: 'Sleep', time: 3246, state: null, info: null },
  { ...base, id: 33, user: 'Chris', host: 'compute-2:54840', db: 'ephys', command: 'Query', time: 12, state: 'executing', info: 'SELECT 1 % 2' },
  { ...base, id: 40, user: "o'brien", host: 'laptop_x:1', db: 'other', command: 'Query', time: 600, state: '', info: 'INSERT' },
];

const kept = (text: string) => sessions.filter(sessionRestriction(text)).map(({ id }) => id);

for (const [text, ids] of [
  ['', [4, 17, 33, 40]],
  ['HOST LIKE "%compute%"', [17, 33]],
  ["host not like '%COMPUTE%'", [4, 40]],
  ['TIME > 600', [4, 17]],
  ['600 <= time', [4, 17, 40]],
  ["USER = 'chris'", [17, 33]],
  ["USER = 'o''brien' OR user = \"o\\'brien\"", [40]],
  ['DB IS NULL', [4]],
  ['`DB` is not null && !(id = 33)', [17, 40]],
  // Unknown is neither true nor false, as in SQL.
  ["DB = 'ephys'", [17, 33]],
  ["NOT DB = 'ephys'", [40]],
  ["DB <> 'ephys' OR ID = 4", [4, 40]],
  ['DB <=> NULL', [4]],
  ["COMMAND IN ('Query', 'Sleep') AND TIME BETWEEN 10 AND 3246", [17, 33, 40]],
  ['ID NOT IN (4, 17)', [33, 40]],
  ['ID NOT BETWEEN 5 AND 35', [4, 40]],
  ['ID IN (17) OR ID IN (33) AND TIME > 100', [17]],
  ['(ID IN (17) OR ID IN (33)) AND TIME > 100', [17]],
  ["HOST LIKE 'laptop\\_%'", [40]],
  ["HOST LIKE 'compute_1%'", [17]],
  ["INFO LIKE '%\\%%'", [33]],
  ["TIME = '12'", [33]],
  ['TIME > 11.5 AND TIME < 12.5', [33]],
] as const) {
  test(`sessions restricted by ${text || 'nothing'}`, () => assert.deepEqual(kept(text), ids));
}

for (const [text, message] of [
  ['TIME >', 'The condition ends where a column or a value is expected (position 7).'],
  ['TIME > 600 600', '"600" stands where AND, OR or the end is expected (position 12).'],
  ['AGE > 3', 'There is no column AGE: use ID, USER, HOST, DB, COMMAND, TIME, STATE, INFO (position 1).'],
  ['TIME > SLEEP(3)', 'The function SLEEP() cannot be used here: compare a column with a value (position 8).'],
  ['ID IN (SELECT 1)', 'A subquery cannot be used here (position 8).'],
  ['ID = (SELECT 1)', '"(" stands where a column or a value is expected (position 6).'],
  ['ID = 1; DROP TABLE x', 'A semicolon has no place in a condition: write one condition (position 7).'],
  ["USER = 'chris", 'A quote never ends (position 8).'],
  ['ID = 1 -- all', '"-" has no place in a condition (position 8).'],
  ['ID = 1 /* x */', '"/" has no place in a condition (position 8).'],
  ['ID', 'The condition ends where a comparison such as =, <, LIKE, IN, BETWEEN or IS NULL is expected (position 3).'],
  ['(ID = 1', 'The condition ends where ) is expected (position 8).'],
  [`${'('.repeat(200)}ID = 1${')'.repeat(200)}`, 'The condition is nested too deeply (position 101).'],
] as const) {
  test(`refused: ${text.slice(0, 40)}`, () => {
    assert.throws(() => sessionRestriction(text), { code: 'query', message });
  });
}

const ordered = (text: string) => sessions.toSorted(sessionOrder(text)).map(({ id }) => id);

test('sessions are ordered by id, or as asked', () => {
  assert.deepEqual(ordered(''), [4, 17, 33, 40]);
  assert.deepEqual(ordered('host desc'), [4, 40, 33, 17]);
  assert.deepEqual(ordered('user, time DESC'), [17, 33, 4, 40]);
  assert.deepEqual(ordered('db, `id` desc'), [4, 33, 17, 40]);
});

test('an order that is not columns is refused with its position', () => {
  assert.throws(() => sessionOrder('host desc, age'), { code: 'query', message: /no column AGE.*position 12/ });
  assert.throws(() => sessionOrder('host; drop'), { code: 'query', message: /"host; drop" \(position 1\)/ });
});
