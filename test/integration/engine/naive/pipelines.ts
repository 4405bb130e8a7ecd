/** Random pipelines with parts, for the naive model of deletion and for the engine at once. */
import fc from 'fast-check';
import * as dj from '../../../../src/engine';
import { tableClass } from '../describeEngine';
import type { ModelReference, ModelRow, ModelTable } from './cascade';

const choice = fc.nat(1000);
const references = fc.array(fc.record({ parent: choice, form: fc.nat(4) }), { maxLength: 2 });
const group = fc.record({
  references,
  parts: fc.array(fc.record({ references, belongs: fc.nat(2) }), { maxLength: 2 }),
});

/** A group is a table with its parts; it refers to tables and parts of earlier groups. */
export const pipelines = fc.array(group, { minLength: 2, maxLength: 4 });
export type PipelineShape = typeof pipelines extends fc.Arbitrary<infer S> ? S : never;

export interface MadeTable {
  readonly model: ModelTable;
  readonly table: typeof dj.Table;
}

/** Declares a pipeline of this shape. Tables come parents first. */
export function makePipeline(schema: dj.Schema, shape: PipelineShape): MadeTable[] {
  const made: MadeTable[] = [];
  for (const [g, { references: own, parts }] of shape.entries()) {
    const earlier = made.map(({ model }) => model);
    const written = new Definition(`T${g}`, `${g}`);
    for (const each of own) written.refer(each, earlier);
    const master = written.table(null);
    const masterClass = tableClass(master.name, written.text(), dj.Manual);
    const classes: MadeTable[] = [{ model: master, table: masterClass }];
    for (const [p, part] of parts.entries()) {
      const siblings = classes.slice(1).map(({ model }) => model);
      const inPart = new Definition(`T${g}.P${p}`, `${g}_${p}`);
      const belongsTo = part.belongs === 0 ? (siblings.at(-1) ?? master) : master;
      const owner = inPart.belong(belongsTo, belongsTo === master ? 'master' : belongsTo.name);
      for (const each of part.references) inPart.refer(each, [...earlier, ...siblings, master]);
      const model = inPart.table({ reference: owner, master });
      const table = tableClass(`P${p}`, inPart.text(), dj.Part);
      Object.defineProperty(masterClass, `P${p}`, { value: table });
      classes.push({ model, table });
    }
    schema(masterClass as never);
    made.push(...classes);
  }
  return made;
}

/** A definition while it is written, with what it means. */
class Definition {
  private readonly key: string[] = [];
  private readonly inKey: string[] = [];
  private readonly below: string[] = [];
  private readonly references: ModelReference[] = [];

  /** Attributes are called after `id`, so that none of two tables have the same name by accident. */
  constructor(
    private readonly name: string,
    private readonly id: string,
  ) {}

  belong(parent: ModelTable, words: string): ModelReference {
    return this.add(parent, words, { inKey: true, prefix: null, optional: false });
  }

  /** Forms: in the key, in the key renamed, below, below renamed, below and nullable. */
  refer({ parent, form }: { parent: number; form: number }, candidates: readonly ModelTable[]): void {
    const chosen = candidates[parent % Math.max(1, candidates.length)];
    if (chosen === undefined) return;
    const prefix = form === 0 || form === 2 ? null : `r${this.id}_${this.references.length}_`;
    this.add(chosen, chosen.name, { inKey: form < 2, prefix, optional: form === 4 });
  }

  table(owner: ModelTable['owner']): ModelTable {
    return { name: this.name, key: [...this.key, `k${this.id}`], references: this.references, owner, rows: [] };
  }

  text(): string {
    return [...this.inKey, `k${this.id} : int8`, '---', ...this.below].join('\n');
  }

  private add(parent: ModelTable, words: string, how: { inKey: boolean; prefix: string | null; optional: boolean }): ModelReference {
    const { inKey, prefix, optional } = how;
    const columns = parent.key.map((name) => [prefix === null ? name : `${prefix}${name}`, name] as const);
    const renames = columns.map(([child, name]) => `${child}='${name}'`).join(', ');
    (inKey ? this.inKey : this.below).push(`-> ${optional ? '[nullable] ' : ''}${words}${prefix === null ? '' : `.proj(${renames})`}`);
    if (inKey) this.key.push(...columns.map(([child]) => child).filter((child) => !this.key.includes(child)));
    const reference = { parent, columns, optional };
    this.references.push(reference);
    return reference;
  }
}

/** Fills the tables of the model: `next` gives choices. Rows that would break a reference or a key are left out. */
export function fillModel(tables: readonly ModelTable[], next: (below: number) => number): void {
  for (const table of tables) {
    table.rows = [];
    for (let tries = 2 + next(5); tries > 0; tries -= 1) {
      const row = randomRow(table, next);
      if (row !== null && !table.rows.some((each) => table.key.every((name) => each[name] === row[name]))) table.rows.push(row);
    }
  }
}

function randomRow(table: ModelTable, next: (below: number) => number): ModelRow | null {
  const row: Record<string, number | null> = {};
  for (const { parent, columns, optional } of table.references) {
    const agreeing = parent.rows.filter((each) => columns.every(([child, name]) => row[child] === undefined || row[child] === each[name]));
    const chosen = optional && next(2) === 0 ? undefined : agreeing[next(Math.max(1, agreeing.length))];
    if (chosen === undefined && !optional) return null;
    for (const [child, name] of columns) row[child] = chosen?.[name] ?? null;
  }
  for (const name of table.key) row[name] ??= next(3);
  return row;
}
