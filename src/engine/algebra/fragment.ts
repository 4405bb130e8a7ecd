import type { SqlValue, Statement } from '../database';

/** A piece of SQL with the values of its `?`, in order. Pieces are put together without ever splicing a value in. */
export type Fragment = Statement;

export const raw = (sql: string): Fragment => ({ sql, values: [] });

export const value = (bound: SqlValue): Fragment => ({ sql: '?', values: [bound] });

export function concat(parts: readonly Fragment[], separator = ''): Fragment {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  return { sql: parts.map((part) => part.sql).join(separator), values: parts.flatMap((part) => part.values) };
}

/** Tagged template: `sql\`${a} = ${b}\`` joins fragments and raw text. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Fragment | string)[]): Fragment {
  let text = texts[0] ?? '';
  const values: SqlValue[] = [];
  parts.forEach((part, i) => {
    if (typeof part === 'string') {
      text += part;
    } else {
      text += part.sql;
      values.push(...part.values);
    }
    text += texts[i + 1] ?? '';
  });
  return { sql: text, values };
}

const LONG_LIST = 100;

/** `(a) AND (b)`; TRUE when there is none. */
export function all(conditions: readonly Fragment[]): Fragment {
  return conditions.length === 0 ? raw('TRUE') : joinConditions(conditions, ' AND ');
}

/** `(a) OR (b)`; FALSE when there is none. */
export function any(conditions: readonly Fragment[]): Fragment {
  return conditions.length === 0 ? raw('FALSE') : joinConditions(conditions, ' OR ');
}

/** Long lists become a tree that is deep by the logarithm: SQLite takes no expression deeper than 1,000. */
function joinConditions(conditions: readonly Fragment[], separator: string): Fragment {
  if (conditions.length === 1 && conditions[0] !== undefined) return conditions[0];
  if (conditions.length > LONG_LIST) {
    const middle = Math.ceil(conditions.length / 2);
    const halves = [conditions.slice(0, middle), conditions.slice(middle)];
    return joinConditions(halves.map((half) => joinConditions(half, separator)), separator);
  }
  return concat(
    conditions.map((condition) => sql`(${condition})`),
    separator,
  );
}
