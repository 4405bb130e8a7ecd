// Where this engine differs from datajoint-python on purpose: the naive evaluation of the expression agrees with the engine.
import type { Condition, Expression } from '../integration/engine/naive/expression';
import type { Answer } from './peer';

export interface Difference {
  readonly name: string;
  readonly reason: string;
  /** Whether an expression differs for this reason; `parts` are what differs in the answers. */
  when(expression: Expression, theirs: Answer, parts: readonly string[]): boolean;
}

/** True when `test` holds for the expression or one that it contains. */
function contains(expression: Expression, test: (each: Expression) => boolean): boolean {
  const within = (each: Expression) => contains(each, test);
  if (test(expression)) return true;
  switch (expression.op) {
    case 'table':
      return false;
    case 'restrict':
    case 'exclude':
      return within(expression.input) || someCondition(expression.condition, (each) => each.kind === 'in' && within(each.expression));
    case 'proj':
    case 'U':
    case 'top':
      return within(expression.input);
    case 'join':
    case 'extend':
    case 'union':
      return within(expression.left) || within(expression.right);
    case 'aggr':
      return within(expression.by) || within(expression.members);
    case 'U.aggr':
      return within(expression.members);
  }
}

function someCondition(condition: Condition, test: (each: Condition) => boolean): boolean {
  if (test(condition)) return true;
  if (condition.kind === 'any' || condition.kind === 'all') return condition.items.some((item) => someCondition(item, test));
  return condition.kind === 'not' && someCondition(condition.item, test);
}

const has = (...ops: readonly Expression['op'][]) => (expression: Expression) => contains(expression, ({ op }) => ops.includes(op));
const negates = (expression: Expression): boolean =>
  contains(expression, (each) => each.op === 'exclude' || (each.op === 'restrict' && someCondition(each.condition, ({ kind }) => kind === 'not')));
const matches = (expression: Expression): boolean =>
  contains(expression, (each) => (each.op === 'restrict' || each.op === 'exclude') && someCondition(each.condition, ({ kind }) => kind === 'in'));

/** Errors of the server or of Python itself: not a refusal by datajoint-python in its own words. */
const ACCIDENT = /^(QuerySyntaxError|OperationalError|UnknownAttributeError|AssertionError|TypeError|AttributeError|DuplicateError|ProgrammingError)\b/;

/** In this order: the first that fits counts. Each stands in src/engine/README.md with its reason. */
export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'SQL that the server refuses',
    reason: 'datajoint-python ends in an error of the server or of Python for an expression that makes sense: dj.U() restricted, aggr(...) of a projection, conditions on computed attributes of aggregations',
    when: (_, theirs) => 'error' in theirs && ACCIDENT.test(theirs.error),
  },
  {
    name: 'len()',
    reason: 'datajoint-python counts with a statement of its own, which leaves out NULL, ignores limits, or fails where fetching does not',
    when: (_, __, parts) => parts.length === 1 && parts[0] === 'length',
  },
  {
    name: 'limits',
    reason: 'datajoint-python drops dj.Top where the limited query is joined, aggregated or restricts dj.U',
    when: has('top'),
  },
  {
    name: 'antijoin on NULL',
    reason: 'a row whose shared attribute is NULL matches no row, so excluding keeps it; datajoint-python leaves it out when the other query has a NULL',
    when: (expression) => negates(expression) && matches(expression),
  },
  {
    name: 'negation',
    reason: 'datajoint-python negates only the first of several conditions',
    when: negates,
  },
  {
    name: 'dj.U',
    reason: 'datajoint-python joins dj.U & q as if it were q, and aggregates its rows instead of its combinations',
    when: has('U', 'U.aggr'),
  },
  {
    name: 'outer joins of restricted queries',
    reason: 'extend() and aggr() keep every row of the left; datajoint-python applies conditions of the right to all',
    when: has('extend', 'aggr', 'union'),
  },
];
