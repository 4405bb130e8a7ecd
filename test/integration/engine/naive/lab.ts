// The five tables that random expressions are about, their data, and both forms of them.
import fc from 'fast-check';
import type * as dj from '../../../../src/engine';
import { type Engine, manual } from '../describeEngine';
import { evaluate, type Relations } from './evaluate';
import type { Expression } from './expression';
import { type Known, type Step, take } from './generate';
import { type NaiveAttribute, type NaiveRow, Senseless } from './relation';

const number = fc.integer({ min: 0, max: 3 });
const text = fc.constantFrom('a', 'b', "it's");
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const few = <T extends NaiveRow>(row: fc.Arbitrary<T>, key: readonly string[]) =>
  fc.uniqueArray(row, { maxLength: 5, selector: (each) => JSON.stringify(key.map((name) => each[name])) });

/** Rows of the five tables; references are made good when they are inserted. */
export const data = fc.record({
  One: few(fc.record({ a: number, x: maybe(number), s: text }), ['a']),
  Two: few(fc.record({ a: number, b: number, y: number, t: maybe(text) }), ['a', 'b']),
  Three: few(fc.record({ a: number, c: text, z: maybe(number) }), ['a', 'c']),
  Four: few(fc.record({ d: number, a: maybe(number), w: number }), ['d']),
  Five: few(fc.record({ e: number, x: number, s: maybe(text) }), ['e']),
});
export type Data = typeof data extends fc.Arbitrary<infer D> ? D : never;
type Name = keyof Data;

/** The types of numbers and texts, so that other types can be tried with the same rows. */
export interface Types {
  readonly number: string;
  readonly text: string;
}

export type LabTables = Readonly<Record<Name, typeof dj.Manual>>;

export function declareLab(schema: dj.Schema, types: Types): LabTables {
  const table = (name: Name, definition: string) => manual(schema, name, definition.replaceAll('NUMBER', types.number).replaceAll('TEXT', types.text));
  return {
    One: table('One', 'a : int8\n---\nx = null : NUMBER\ns : TEXT'),
    Two: table('Two', '-> One\nb : int8\n---\ny : NUMBER\nt = null : TEXT'),
    Three: table('Three', '-> One\nc : varchar(8)\n---\nz = null : NUMBER'),
    Four: table('Four', 'd : int8\n---\n-> [nullable] One\nw : NUMBER'),
    Five: table('Five', 'e : int8\n---\nx : NUMBER\ns = null : TEXT'),
  };
}

const attribute = (name: string, inKey: boolean, origin: string | null, kind: NaiveAttribute['kind'] = 'number'): NaiveAttribute => ({ name, inKey, origin, kind });
const shapes: Readonly<Record<Name, readonly NaiveAttribute[]>> = {
  One: [attribute('a', true, 'one.a'), attribute('x', false, null), attribute('s', false, null, 'text')],
  Two: [attribute('a', true, 'one.a'), attribute('b', true, 'two.b'), attribute('y', false, null), attribute('t', false, null, 'text')],
  Three: [attribute('a', true, 'one.a'), attribute('c', true, 'three.c', 'text'), attribute('z', false, null)],
  Four: [attribute('d', true, 'four.d'), attribute('a', false, 'one.a'), attribute('w', false, null)],
  Five: [attribute('e', true, 'five.e'), attribute('x', false, null), attribute('s', false, null, 'text')],
};
const NAMES = ['One', 'Two', 'Three', 'Four', 'Five'] as const;

/** Puts the data into the tables. Returns what they hold then. */
export async function fillLab(connection: Engine['connection'], tables: LabTables, given: Data): Promise<Relations> {
  const parents = new Set(given.One.map(({ a }) => a));
  const rows: Readonly<Record<Name, readonly NaiveRow[]>> = {
    ...given,
    Two: given.Two.filter(({ a }) => parents.has(a)),
    Three: given.Three.filter(({ a }) => parents.has(a)),
    Four: given.Four.filter(({ a }) => a === null || parents.has(a)),
  };
  await connection.transaction(async () => {
    for (const name of [...NAMES].reverse()) await tables[name].deleteQuick();
    for (const name of NAMES) await tables[name].insert(rows[name]);
  });
  return Object.fromEntries(NAMES.map((name) => [name, { attributes: shapes[name], rows: rows[name] }]));
}

/** One expression of a program: with its rows, or why it makes no sense. */
export type Made = Known | { readonly expression: Expression; readonly senseless: Senseless };

/** The expressions of a program, in the order of its steps. */
export function expressionsOf(program: readonly Step[], relations: Relations): Made[] {
  const tables = Object.entries(relations).map(([name, relation]): Known => ({ expression: { op: 'table', name }, relation }));
  let stack: readonly Known[] = [];
  return program.map((step): Made => {
    const { rest, made: expression } = take(step, stack, tables);
    try {
      const known = { expression, relation: evaluate(relations, expression) };
      stack = [...rest, known];
      return known;
    } catch (senseless) {
      if (!(senseless instanceof Senseless)) throw senseless;
      return { expression, senseless };
    }
  });
}
