import type { SessionInfo } from '../database';
import { compare, SESSION_COLUMNS, sessionColumn, type SessionValue } from './columns';
import { refusal } from './tokens';

/**
 * `host desc, time` as a comparison of sessions, for `Array.sort`; ties, and an empty text, go by ascending id as in
 * document 003. NULL sorts first, as on the server.
 * @throws DataJointError `query` for anything but columns, each with ASC or DESC or nothing, with its position.
 */
export function sessionOrder(text: string): (left: SessionInfo, right: SessionInfo) => number {
  const keys = text.trim() === '' ? [] : [...parts(text)].map(([part, at]) => orderKey(part, at));
  return (left, right) => {
    for (const { value, direction } of keys) {
      const order = compareNullsFirst(value(left), value(right));
      if (order !== 0) return order * direction;
    }
    return left.id - right.id;
  };
}

/** What stands between the commas, with its place. */
function* parts(text: string): Generator<[string, number]> {
  let at = 0;
  for (const part of text.split(',')) {
    yield [part, at];
    at += part.length + 1;
  }
}

function orderKey(part: string, at: number) {
  const start = at + (part.length - part.trimStart().length);
  const match = /^`?([a-z]+)`?(?:\s+(asc|desc))?$/i.exec(part.trim());
  if (match === null) throw refusal(`An order is a column and perhaps ASC or DESC, not ${JSON.stringify(part.trim())}`, start);
  const [, name = '', direction = 'asc'] = match;
  const value = sessionColumn(name.toUpperCase());
  if (value === null) throw refusal(`There is no column ${name.toUpperCase()}: use ${SESSION_COLUMNS.join(', ')}`, start);
  return { value, direction: direction.toLowerCase() === 'desc' ? -1 : 1 };
}

function compareNullsFirst(left: SessionValue, right: SessionValue): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compare(left, right);
}
