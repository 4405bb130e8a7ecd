// Random expressions. A program is a list of steps of plain numbers, read against whatever attributes are there when a
// step is taken, so every program means something and a shorter one still does.
import * as dj from '../../../../src/engine';
import { Choices, quoted, TEXTS } from './choices';
import { aggregates, computation } from './computed';
import * as naive from './relation';

/** One expression in both forms, and in words for a person who must find out why they differ. */
export interface Both {
  readonly query: dj.Query;
  readonly relation: naive.Relation;
  readonly words: string;
}

/** An expression of which it is not known yet whether it makes sense. */
export interface Unchecked {
  readonly query: dj.Query;
  readonly words: string;
  /** Throws `Senseless` where the engine must refuse. */
  evaluate(): naive.Relation;
}

export interface Step {
  readonly operation: number;
  readonly choices: readonly number[];
}

const loose = (queryable: dj.Queryable): dj.Query => new dj.Query(queryable[dj.EXPRESSION]);
const OPERATORS = ['=', '<>', '<', '<=', '>', '>='] as const;

function compare(a: naive.Value, operator: (typeof OPERATORS)[number], b: naive.Value): naive.Truth {
  if (a === null || b === null) return null;
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

interface BothConditions {
  readonly condition: dj.Condition;
  /** Throws `Senseless` where the engine must refuse. */
  readonly test: () => naive.Test;
  readonly words: string;
}

function condition(input: Both, choices: Choices, other: () => Both, depth = 0): BothConditions {
  const { attributes } = input.relation;
  if (attributes.length === 0) return { condition: true, test: () => () => true, words: 'true' };
  const attribute = choices.of(attributes);
  const literal = (): naive.Value => (attribute.kind === 'number' ? choices.next(5) - 1 : choices.of(TEXTS));
  const some = (): BothConditions[] => Array.from({ length: choices.next(3) + (depth > 0 ? 1 : 0) }, () => condition(input, choices, other, depth + 1));
  const list = (items: readonly BothConditions[]) => items.map(({ words }) => words).join(', ');
  switch (choices.next(depth > 1 ? 4 : 10)) {
    case 0: {
      const operator = choices.of(OPERATORS);
      const value = literal();
      const text = `${attribute.name} ${operator} ${quoted(value)}`;
      return { condition: text, test: () => (row) => compare(row[attribute.name] ?? null, operator, value), words: `'${text}'` };
    }
    case 1: {
      const second = choices.of(attributes.filter(({ kind }) => kind === attribute.kind));
      const operator = choices.of(OPERATORS);
      const text = `\`${attribute.name}\`${operator}${second.name}`;
      return { condition: text, test: () => (row) => compare(row[attribute.name] ?? null, operator, row[second.name] ?? null), words: `'${text}'` };
    }
    case 2: {
      const isNull = choices.flag();
      const text = `${attribute.name} is ${isNull ? '' : 'not '}null`;
      return { condition: text, test: () => (row) => (row[attribute.name] === null) === isNull, words: `'${text}'` };
    }
    case 3: {
      const value = choices.next(4) === 0 ? null : literal();
      const values = { [attribute.name]: value, ...(choices.flag() ? { no_attribute: 1 } : {}) };
      const test: naive.Test = (row) => (value === null ? row[attribute.name] === null : compare(row[attribute.name] ?? null, '=', value));
      return { condition: values, test: () => test, words: JSON.stringify(values) };
    }
    case 4: {
      const items = some();
      return { condition: items.map((item) => item.condition), test: () => naive.or(items.map((item) => item.test())), words: `[${list(items)}]` };
    }
    case 5: {
      const items = some();
      return { condition: dj.and(...items.map((item) => item.condition)), test: () => naive.and(items.map((item) => item.test())), words: `and(${list(items)})` };
    }
    case 6: {
      const item = condition(input, choices, other, depth + 1);
      return { condition: dj.not(item.condition), test: () => naive.not(item.test()), words: `not(${item.words})` };
    }
    case 7: {
      const items = [condition(input, choices, other, 2), condition(input, choices, other, 2)].flatMap(({ condition: text, test }) =>
        typeof text === 'string' ? [{ text, test }] : [],
      );
      const word = choices.of(['and', 'or'] as const);
      const text = items.map((item) => `(${item.text})`).join(` ${word} `);
      const negated = choices.flag() && text !== '';
      const plain = text === '' ? () => true : (word === 'and' ? naive.and : naive.or)(items.map((item) => item.test()));
      return { condition: negated ? `not (${text})` : text, test: () => (negated ? naive.not(plain) : plain), words: `'${negated ? 'not ' : ''}${text}'` };
    }
    default: {
      const { query, relation, words } = other();
      return { condition: query, test: () => naive.matching(input.relation, relation), words };
    }
  }
}

const NEW_NAMES = ['p', 'q', 'x', 'a'];

function projection(input: Both, choices: Choices): Unchecked {
  const { relation } = input;
  const secondary = naive.secondaryOf(relation);
  const names = naive.namesOf(relation);
  const attributes = choices.next(3) === 0 ? ['...'] : secondary.filter(() => choices.flag());
  if (choices.next(4) === 0) attributes.push(`-${choices.of([...names, 'nosuch'])}`);
  const named: Record<string, string> = {};
  const renames: { name: string; old: string }[] = [];
  const copies: { name: string; old: string }[] = [];
  const computed: naive.Computation[] = [];
  for (let i = choices.next(3); i > 0; i--) {
    const name = choices.of(NEW_NAMES);
    if (named[name] !== undefined) continue;
    const kind = names.length === 0 ? 2 : choices.next(3);
    if (kind === 0) {
      const old = choices.of(names);
      if (renames.some((rename) => rename.old === old)) continue;
      named[name] = old;
      renames.push({ name, old });
    } else if (kind === 1) {
      const old = choices.of(names);
      named[name] = `(${old})`;
      copies.push({ name, old });
    } else {
      const { text, ...value } = computation(relation, choices);
      named[name] = text;
      computed.push({ name, ...value });
    }
  }
  return {
    query: loose(input.query.proj(...attributes, named)),
    evaluate: () => naive.project(relation, { attributes, renames, copies, computed }),
    words: `${input.words}.proj(${attributes.map((each) => `'${each}'`).concat(JSON.stringify(named)).join(', ')})`,
  };
}

const OPERATIONS = [
  'push', 'push', 'restrict', 'restrict', 'restrict', 'exclude', 'proj', 'proj', 'proj', 'join', 'join', 'extend', 'union', 'union', 'aggr', 'aggr', 'U',
  'U.aggr', 'U.aggr', 'top',
] as const;

/** What a step makes of the expressions so far (the last one on top): a new one on top of `rest`. */
export interface Taken {
  readonly rest: readonly Both[];
  readonly made: Unchecked;
}

export function take(step: Step, stack: readonly Both[], tables: readonly Both[]): Taken {
  const choices = new Choices(step.choices);
  const operation = OPERATIONS[step.operation % OPERATIONS.length];
  const input = stack.at(-1);
  if (operation === 'push' || operation === undefined || input === undefined) {
    const table = choices.of(tables);
    return { rest: stack, made: { ...table, evaluate: () => table.relation } };
  }
  let rest = stack.slice(0, -1);
  /** The second operand: the expression below, or a table. */
  const other = (): Both => {
    const below = rest.at(-1);
    if (below === undefined || choices.flag()) return choices.of(tables);
    rest = rest.slice(0, -1);
    return below;
  };
  const done = (made: Unchecked): Taken => ({ rest, made });
  const { query, relation, words } = input;
  switch (operation) {
    case 'restrict': {
      const { condition: given, test, words: text } = condition(input, choices, other);
      return done({ query: query.restrict(given), evaluate: () => naive.restrict(relation, test()), words: `${words}.restrict(${text})` });
    }
    case 'exclude': {
      const { condition: given, test, words: text } = condition(input, choices, other);
      return done({ query: query.exclude(given), evaluate: () => naive.restrict(relation, naive.not(test())), words: `${words}.exclude(${text})` });
    }
    case 'proj':
      return done(projection(input, choices));
    case 'join':
    case 'extend':
    case 'union': {
      const second = other();
      const work = { join: naive.join, extend: naive.extend, union: naive.unite }[operation];
      return done({
        query: loose(query[operation](second.query)),
        evaluate: () => work(relation, second.relation),
        words: `${words}.${operation}(${second.words})`,
      });
    }
    case 'aggr': {
      const members = other();
      const { named, list } = aggregates(members.relation.attributes, choices);
      const [keepAllRows, everything] = [choices.flag(), choices.flag()];
      return done({
        query: loose(query.aggr(members.query, named, { keepAllRows, attributes: everything ? ['...'] : [] })),
        evaluate: () => naive.aggregate(relation, members.relation, list, keepAllRows, everything),
        words: `${words}.aggr(${members.words}, ${JSON.stringify(named)}, keepAllRows ${keepAllRows}${everything ? ', ...' : ''})`,
      });
    }
    case 'U':
    case 'U.aggr': {
      const names = naive.namesOf(relation).filter(() => choices.flag());
      const universal = dj.U(...names);
      const { named, list } = aggregates(relation.attributes, choices);
      return done(
        operation === 'U'
          ? { query: loose(universal.restrict(query)), evaluate: () => naive.distinct(relation, names), words: `U(${names.join()}).restrict(${words})` }
          : { query: loose(universal.aggr(query, named)), evaluate: () => naive.aggregateOver(names, relation, list), words: `U(${names.join()}).aggr(${words}, ${JSON.stringify(named)})` },
      );
    }
    case 'top': {
      const [limit, descending, offset] = [choices.of([0, 1, 2, 5, null]), choices.flag(), choices.of([0, 0, 1])];
      return done({
        query: query.restrict(dj.top(limit, descending ? 'KEY DESC' : 'KEY', offset)),
        evaluate: () => naive.top(relation, { limit, descending, offset }),
        words: `${words}.restrict(top(${limit}${descending ? ' DESC' : ''}, ${offset}))`,
      });
    }
  }
}
