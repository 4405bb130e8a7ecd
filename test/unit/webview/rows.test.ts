import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionRow } from '../../../src/protocol';
import { isConnectionsPageRequest, isErrorPageRequest } from '../../../src/protocol';
import { fadeMs, SessionRows } from '../../../webview/connections/rows';

const row = (id: number, own = false): SessionRow => ({
  id,
  user: '',
  host: '',
  db: '',
  command: '',
  time: 0,
  state: '',
  info: '',
  pid: null,
  own,
  running: [],
  waitsFor: [],
});

test('a session that is gone stays for a moment in its place', () => {
  const rows = new SessionRows();
  rows.replace([row(1), row(2), row(3)], 0);
  rows.replace([row(1), row(3)], 1000);
  assert.deepEqual(rows.listed.map(({ row: { id }, gone }) => [id, gone]), [[1, false], [2, true], [3, false]]);
  assert.equal(rows.count, 2);
  assert.equal(rows.forget(1000 + fadeMs - 1), false);
  assert.equal(rows.forget(1000 + fadeMs), true);
  assert.equal(rows.fading, false);
  assert.deepEqual(rows.listed.map((listed) => listed.row.id), [1, 3]);
});

test('a session that a restriction leaves out is not taken for gone', () => {
  const rows = new SessionRows();
  rows.replace([row(1), row(2)], 0);
  rows.replace([row(2)], 10, false);
  assert.deepEqual(rows.listed.map(({ row: { id }, gone }) => [id, gone]), [[2, false]]);
});

test('a number that comes back is a session that lives', () => {
  const rows = new SessionRows();
  rows.replace([row(1)], 0);
  rows.replace([], 10);
  rows.replace([row(1)], 20);
  assert.deepEqual(rows.listed.map(({ gone }) => gone), [false]);
});

test("one's own sessions and those that are gone are never selected", () => {
  const rows = new SessionRows();
  rows.replace([row(1, true), row(2), row(3)], 0);
  rows.selectAll(true);
  rows.select(1, true);
  assert.deepEqual(rows.selected, [2, 3]);
  assert.equal(rows.selectable, 2);
  rows.replace([row(1, true), row(3)], 10);
  assert.deepEqual(rows.selected, [3]);
  rows.select(2, true);
  rows.select(3, false);
  assert.deepEqual(rows.selected, []);
});

test('what a page may ask of the editor', () => {
  for (const good of [{ type: 'ready' }, { type: 'action', action: 'retry' }, { type: 'openFrame', index: 0 }]) {
    assert.ok(isErrorPageRequest(good));
  }
  for (const bad of [null, 'ready', { type: 'action', action: 'delete' }, { type: 'openFrame', index: -1 }, { type: 'openSame' }]) {
    assert.ok(!isErrorPageRequest(bad));
  }
  for (const good of [{ type: 'interval', seconds: 5 }, { type: 'pause', paused: false }, { type: 'kill', ids: [1] }]) {
    assert.ok(isConnectionsPageRequest(good));
  }
  for (const bad of [{ type: 'interval', seconds: 0.001 }, { type: 'kill', ids: ['1'] }, { type: 'kill' }, []]) {
    assert.ok(!isConnectionsPageRequest(bad));
  }
});
