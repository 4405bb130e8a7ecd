import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRestriction } from '../../../src/cli/restriction';

test('a restriction is JSON, name=value or SQL', () => {
  assert.deepEqual(readRestriction('{"a": 1}'), { kind: 'keys', keys: [{ a: 1 }] });
  assert.deepEqual(readRestriction(' [{"a": 1}, {"a": 2}]'), { kind: 'keys', keys: [{ a: 1 }, { a: 2 }] });
  assert.deepEqual(readRestriction('subject_id=c3'), { kind: 'value', value: { name: 'subject_id', text: 'c3' } });
  assert.deepEqual(readRestriction('idx=-4'), { kind: 'value', value: { name: 'idx', text: '-4' } });
  assert.deepEqual(readRestriction("subject_id='c 3'"), { kind: 'value', value: { name: 'subject_id', text: 'c 3' } });
  assert.deepEqual(readRestriction('subject_id="c=3"'), { kind: 'value', value: { name: 'subject_id', text: 'c=3' } });
  assert.deepEqual(readRestriction('note='), { kind: 'value', value: { name: 'note', text: '' } });
  for (const sql of [
    'gain > 0',
    'gain = 0',
    'gain=0 and idx>3',
    "a='x' or b='y'",
    'a==1',
    'idx in (1,2)',
    "a='it''s'",
  ]) {
    assert.deepEqual(readRestriction(sql), { kind: 'sql', sql });
  }
});

test('a restriction that cannot be meant is refused', () => {
  for (const text of ['', '  ', '{"a": 1', '[1, 2]', '[[{}]]', '[null]']) {
    assert.throws(() => readRestriction(text), { code: 'usage' }, text);
  }
});
