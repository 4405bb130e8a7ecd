// An expression worked out by the naive relational algebra.
import type { Aggregate, Computation, Condition, Expression, Operator, Value } from './expression';
import * as naive from './relation';

/** Relations of the tables by their names in expressions. */
export type Relations = Readonly<Record<string, naive.Relation>>;

function compare(a: Value, operator: Operator, b: Value): naive.Truth {
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

function testOf(tables: Relations, input: naive.Relation, condition: Condition): naive.Test {
  const of = (each: Condition): naive.Test => testOf(tables, input, each);
  const value = (row: naive.NaiveRow, name: string): Value => row[name] ?? null;
  switch (condition.kind) {
    case 'true':
      return () => true;
    case 'compare':
      return (row) => compare(value(row, condition.attribute), condition.operator, condition.value);
    case 'compareTwo':
      return (row) => compare(value(row, condition.one), condition.operator, value(row, condition.two));
    case 'isNull':
      return (row) => (value(row, condition.attribute) === null) === condition.holds;
    case 'equal': {
      const wanted = condition.values[condition.attribute] ?? null;
      return (row) => (wanted === null ? value(row, condition.attribute) === null : compare(value(row, condition.attribute), '=', wanted));
    }
    case 'words': {
      const plain = (condition.word === 'and' ? naive.and : naive.or)(condition.items.map(of));
      return condition.negated ? naive.not(plain) : plain;
    }
    case 'any':
      return naive.or(condition.items.map(of));
    case 'all':
      return naive.and(condition.items.map(of));
    case 'not':
      return naive.not(of(condition.item));
    case 'in':
      return naive.matching(input, evaluate(tables, condition.expression));
  }
}

function computed(name: string, computation: Computation): naive.Computation[] {
  switch (computation.kind) {
    case 'rename':
    case 'copy':
      return [];
    case 'coalesce':
      return [{ name, kind: 'number', value: (row) => row[computation.of] ?? -1 }];
    case 'sum':
      return [
        {
          name,
          kind: 'number',
          value: (row) => {
            const [a, b] = [row[computation.of] ?? null, row[computation.and] ?? null];
            return a === null || b === null ? null : Number(a) + Number(b) * 2;
          },
        },
      ];
    case 'concat':
      return [{ name, kind: 'text', value: (row) => (row[computation.of] === null ? null : `${row[computation.of]}?`) }];
    case 'constant':
      return [{ name, kind: typeof computation.value === 'string' ? 'text' : 'number', value: () => computation.value }];
  }
}

function project(tables: Relations, { input, attributes, named }: Extract<Expression, { op: 'proj' }>): naive.Relation {
  const entries = Object.entries(named);
  const of = (kind: 'rename' | 'copy') => entries.flatMap(([name, each]) => (each.kind === kind ? [{ name, old: each.of }] : []));
  return naive.project(evaluate(tables, input), {
    attributes,
    renames: of('rename'),
    copies: of('copy'),
    computed: entries.flatMap(([name, each]) => computed(name, each)),
  });
}

/** The aggregates over rows that have these attributes. */
function aggregatesOf(attributes: readonly naive.NaiveAttribute[], named: Readonly<Record<string, Aggregate>>): naive.Aggregate[] {
  return Object.entries(named).map(([name, aggregate]): naive.Aggregate => {
    if (aggregate.kind === 'rows') return { name, kind: 'number', value: (rows) => rows.length };
    const { of } = aggregate;
    const present = (rows: readonly naive.NaiveRow[]): Exclude<Value, null>[] => rows.flatMap((row) => row[of] ?? []);
    switch (aggregate.kind) {
      case 'count':
        return { name, kind: 'number', value: (rows) => present(rows).length };
      case 'sum':
        return { name, kind: 'number', value: (rows) => (present(rows).length === 0 ? null : present(rows).reduce<number>((sum, each) => sum + Number(each), 0)) };
      case 'min':
      case 'max': {
        const better = (a: Exclude<Value, null>, b: Exclude<Value, null>) => (aggregate.kind === 'min' ? a < b : a > b);
        const kind = attributes.find((attribute) => attribute.name === of)?.kind ?? 'number';
        return { name, kind, value: (rows) => present(rows).reduce<Value>((best, each) => (best === null || better(each, best) ? each : best), null) };
      }
    }
  });
}

/** @throws Senseless where the engine must refuse the expression */
export function evaluate(tables: Relations, expression: Expression): naive.Relation {
  const of = (each: Expression): naive.Relation => evaluate(tables, each);
  switch (expression.op) {
    case 'table': {
      const table = tables[expression.name];
      if (table === undefined) throw new Error(`no table ${expression.name}`);
      return table;
    }
    case 'restrict':
    case 'exclude': {
      const input = of(expression.input);
      const test = testOf(tables, input, expression.condition);
      return naive.restrict(input, expression.op === 'restrict' ? test : naive.not(test));
    }
    case 'proj':
      return project(tables, expression);
    case 'join':
      return naive.join(of(expression.left), of(expression.right));
    case 'extend':
      return naive.extend(of(expression.left), of(expression.right));
    case 'union':
      return naive.unite(of(expression.left), of(expression.right));
    case 'aggr': {
      const [by, members] = [of(expression.by), of(expression.members)];
      return naive.aggregate(by, members, aggregatesOf(members.attributes, expression.named), expression.keepAllRows, expression.everything);
    }
    case 'U':
      return naive.distinct(of(expression.input), expression.names);
    case 'U.aggr': {
      const members = of(expression.members);
      return naive.aggregateOver(expression.names, members, aggregatesOf(members.attributes, expression.named));
    }
    case 'top':
      return naive.top(of(expression.input), expression);
  }
}
