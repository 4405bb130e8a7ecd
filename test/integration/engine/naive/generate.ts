// Random expressions. A program is a list of steps of plain numbers, read against whatever attributes are there when a
// step is taken, so every program means something and a shorter one still does.
import fc from 'fast-check';
import type { Aggregate, Computation, Condition, Expression, TextCondition, Value } from './expression';
import { isText, OPERATORS } from './expression';
import * as naive from './relation';

/** An expression that makes sense, with its rows. */
export interface Known {
  readonly expression: Expression;
  readonly relation: naive.Relation;
}

export interface Step {
  readonly operation: number;
  readonly choices: readonly number[];
}

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ operation: fc.nat(1000), choices: fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }) }),
  { minLength: 2, maxLength: 9 },
);

/** Reads one step's choices, one after the other. */
class Choices {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}

  next(count: number): number {
    const number = this.numbers[this.at % Math.max(1, this.numbers.length)] ?? 0;
    this.at += 1;
    return (number + (this.at > this.numbers.length ? this.at : 0)) % count;
  }

  of<T>(list: readonly T[]): T {
    const item = list[this.next(list.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  flag(): boolean {
    return this.next(2) === 1;
  }
}

const TEXTS = ['a', 'b', "it's"];

function condition({ relation }: Known, choices: Choices, other: () => Known, depth = 0): Condition {
  const { attributes } = relation;
  if (attributes.length === 0) return { kind: 'true' };
  const attribute = choices.of(attributes);
  const literal = (): Value => (attribute.kind === 'number' ? choices.next(5) - 1 : choices.of(TEXTS));
  const inner = (at: number): Condition => condition({ relation, expression: { op: 'table', name: '' } }, choices, other, at);
  const some = (): Condition[] => Array.from({ length: choices.next(3) + (depth > 0 ? 1 : 0) }, () => inner(depth + 1));
  switch (choices.next(depth > 1 ? 4 : 10)) {
    case 0:
      return { kind: 'compare', attribute: attribute.name, operator: choices.of(OPERATORS), value: literal() };
    case 1: {
      const two = choices.of(attributes.filter(({ kind }) => kind === attribute.kind)).name;
      return { kind: 'compareTwo', one: attribute.name, operator: choices.of(OPERATORS), two };
    }
    case 2:
      return { kind: 'isNull', attribute: attribute.name, holds: choices.flag() };
    case 3: {
      const value = choices.next(4) === 0 ? null : literal();
      const values = { [attribute.name]: value, ...(choices.flag() ? { no_attribute: 1 } : {}) };
      return { kind: 'equal', values, attribute: attribute.name };
    }
    case 4:
      return { kind: 'any', items: some() };
    case 5:
      return { kind: 'all', items: some() };
    case 6:
      return { kind: 'not', item: inner(depth + 1) };
    case 7: {
      const items = [inner(2), inner(2)].filter((item): item is TextCondition => isText(item));
      const word = choices.of(['and', 'or'] as const);
      const negated = choices.flag() && items.length > 0;
      return items.length === 0 ? { kind: 'true' } : { kind: 'words', word, items, negated };
    }
    default:
      return { kind: 'in', expression: other().expression };
  }
}

const NEW_NAMES = ['p', 'q', 'x', 'a'];

/** A value computed of a row, or of nothing. */
function computation(relation: naive.Relation, choices: Choices): Computation {
  const ofKind = (wanted: naive.NaiveAttribute['kind']) => relation.attributes.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const [numbers, texts] = [ofKind('number'), ofKind('text')];
  const kind = choices.next(6);
  if (kind === 0) return { kind: 'constant', value: choices.next(10) };
  if (kind === 1) return { kind: 'constant', value: choices.of(TEXTS) };
  if (kind === 2 && texts.length > 0) return { kind: 'concat', of: choices.of(texts) };
  if (kind === 3 && numbers.length > 0) return { kind: 'coalesce', of: choices.of(numbers) };
  if (kind > 3 && numbers.length > 0) return { kind: 'sum', of: choices.of(numbers), and: choices.of(numbers) };
  return { kind: 'constant', value: null };
}

function projection({ expression, relation }: Known, choices: Choices): Expression {
  const names = naive.namesOf(relation);
  const attributes = choices.next(3) === 0 ? ['...'] : naive.secondaryOf(relation).filter(() => choices.flag());
  if (choices.next(4) === 0) attributes.push(`-${choices.of([...names, 'nosuch'])}`);
  const named: Record<string, Computation> = {};
  for (let i = choices.next(3); i > 0; i--) {
    const name = choices.of(NEW_NAMES);
    if (named[name] !== undefined) continue;
    const kind = names.length === 0 ? 2 : choices.next(3);
    if (kind === 0) {
      const of = choices.of(names);
      if (Object.values(named).some((each) => each.kind === 'rename' && each.of === of)) continue;
      named[name] = { kind: 'rename', of };
    } else {
      named[name] = kind === 1 ? { kind: 'copy', of: choices.of(names) } : computation(relation, choices);
    }
  }
  return { op: 'proj', input: expression, attributes, named };
}

/** Aggregates over rows that have these attributes. */
function aggregates(attributes: readonly naive.NaiveAttribute[], choices: Choices): Record<string, Aggregate> {
  const named: Record<string, Aggregate> = {};
  for (const name of ['n', choices.of(['m', 'x', 'n'])]) {
    if (named[name] !== undefined) continue;
    const attribute = attributes.length === 0 ? null : choices.of(attributes);
    const kind = choices.next(5);
    if (attribute === null || kind === 0) named[name] = { kind: 'rows' };
    else if (kind === 1) named[name] = { kind: 'count', of: attribute.name };
    else if (kind === 2 && attribute.kind === 'number') named[name] = { kind: 'sum', of: attribute.name };
    else named[name] = { kind: kind === 3 ? 'min' : 'max', of: attribute.name };
  }
  return named;
}

const OPERATIONS = [
  'push', 'push', 'restrict', 'restrict', 'restrict', 'exclude', 'proj', 'proj', 'proj', 'join', 'join', 'extend', 'union', 'union', 'aggr', 'aggr', 'U',
  'U.aggr', 'U.aggr', 'top',
] as const;

/** What a step makes of the expressions so far (the last one on top): one more, of which it is not known yet whether it makes sense. */
export interface Taken {
  readonly rest: readonly Known[];
  readonly made: Expression;
}

export function take(step: Step, stack: readonly Known[], tables: readonly Known[]): Taken {
  const choices = new Choices(step.choices);
  const operation = OPERATIONS[step.operation % OPERATIONS.length];
  const input = stack.at(-1);
  if (operation === 'push' || operation === undefined || input === undefined) return { rest: stack, made: choices.of(tables).expression };
  let rest = stack.slice(0, -1);
  /** The second operand: the expression below, or a table. */
  const other = (): Known => {
    const below = rest.at(-1);
    if (below === undefined || choices.flag()) return choices.of(tables);
    rest = rest.slice(0, -1);
    return below;
  };
  const make = (): Expression => {
    const { expression, relation } = input;
    switch (operation) {
      case 'restrict':
      case 'exclude':
        return { op: operation, input: expression, condition: condition(input, choices, other) };
      case 'proj':
        return projection(input, choices);
      case 'join':
      case 'extend':
      case 'union':
        return { op: operation, left: expression, right: other().expression };
      case 'aggr': {
        const members = other();
        const named = aggregates(members.relation.attributes, choices);
        return { op: 'aggr', by: expression, members: members.expression, named, keepAllRows: choices.flag(), everything: choices.flag() };
      }
      case 'U':
      case 'U.aggr': {
        const names = naive.namesOf(relation).filter(() => choices.flag());
        if (operation === 'U') return { op: 'U', names, input: expression };
        return { op: 'U.aggr', names, members: expression, named: aggregates(relation.attributes, choices) };
      }
      case 'top':
        return { op: 'top', input: expression, limit: choices.of([0, 1, 2, 5, null]), descending: choices.flag(), offset: choices.of([0, 0, 1]) };
    }
  };
  const made = make();
  return { rest, made };
}
