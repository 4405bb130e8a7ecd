// What queries compute, of a row or over rows, as SQL text and as functions.
import { type Choices, quoted, TEXTS } from './choices';
import type * as naive from './relation';

/** A value computed of a row, or of nothing. */
export function computation(relation: naive.Relation, choices: Choices): { text: string } & Omit<naive.Computation, 'name'> {
  const ofKind = (wanted: naive.NaiveAttribute['kind']) => relation.attributes.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const [numbers, texts] = [ofKind('number'), ofKind('text')];
  switch (choices.next(6)) {
    case 0: {
      const number = choices.next(10);
      return { text: String(number), kind: 'number', value: () => number };
    }
    case 1: {
      const text = choices.of(TEXTS);
      return { text: quoted(text), kind: 'text', value: () => text };
    }
    case 2: {
      if (texts.length === 0) break;
      const one = choices.of(texts);
      return { text: `concat(${one}, "?")`, kind: 'text', value: (row) => (row[one] === null ? null : `${row[one]}?`) };
    }
    case 3: {
      if (numbers.length === 0) break;
      const one = choices.of(numbers);
      return { text: `coalesce(${one}, -1)`, kind: 'number', value: (row) => row[one] ?? -1 };
    }
    default: {
      if (numbers.length === 0) break;
      const [one, two] = [choices.of(numbers), choices.of(numbers)];
      const value = (row: naive.NaiveRow) => {
        const [a, b] = [row[one] ?? null, row[two] ?? null];
        return a === null || b === null ? null : Number(a) + Number(b) * 2;
      };
      return { text: `${one} + ${two} * 2`, kind: 'number', value };
    }
  }
  return { text: 'null', kind: 'number', value: () => null };
}

/** Aggregates over rows that have these attributes. */
export function aggregates(attributes: readonly naive.NaiveAttribute[], choices: Choices): { named: Record<string, string>; list: naive.Aggregate[] } {
  const named: Record<string, string> = {};
  const list: naive.Aggregate[] = [];
  for (const name of ['n', choices.of(['m', 'x', 'n'])]) {
    if (named[name] !== undefined) continue;
    const attribute = attributes.length === 0 ? null : choices.of(attributes);
    const kind = choices.next(5);
    if (attribute === null || kind === 0) {
      named[name] = 'count(*)';
      list.push({ name, kind: 'number', value: (rows) => rows.length });
      continue;
    }
    const present = (rows: readonly naive.NaiveRow[]) => rows.map((row) => row[attribute.name] ?? null).filter((value) => value !== null);
    if (kind === 1) {
      named[name] = `count(${attribute.name})`;
      list.push({ name, kind: 'number', value: (rows) => present(rows).length });
    } else if (kind === 2 && attribute.kind === 'number') {
      named[name] = `sum(${attribute.name})`;
      list.push({ name, kind: 'number', value: (rows) => (present(rows).length === 0 ? null : present(rows).reduce<number>((sum, value) => sum + Number(value), 0)) });
    } else {
      const least = kind === 3;
      named[name] = `${least ? 'min' : 'max'}(${attribute.name})`;
      const better = (a: naive.Value, b: naive.Value) => a !== null && b !== null && (least ? a < b : a > b);
      list.push({ name, kind: attribute.kind, value: (rows) => present(rows).reduce<naive.Value>((best, value) => (best === null || better(value, best) ? value : best), null) });
    }
  }
  return { named, list };
}
