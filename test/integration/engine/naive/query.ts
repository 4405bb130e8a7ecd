// An expression as a query of the engine.
import * as dj from '../../../../src/engine';
import { aggregateText, computationText, type Condition, conditionText, type Expression, isText, texts } from './expression';

/** Tables by their names in expressions. */
export type Tables = Readonly<Record<string, dj.Queryable>>;

const loose = (queryable: dj.Queryable): dj.Query => new dj.Query(queryable[dj.EXPRESSION]);

function conditionOf(tables: Tables, condition: Condition): dj.Condition {
  if (condition.kind === 'true') return true;
  if (isText(condition)) return conditionText(condition);
  switch (condition.kind) {
    case 'equal':
      return condition.values;
    case 'any':
      return condition.items.map((item) => conditionOf(tables, item));
    case 'all':
      return dj.and(...condition.items.map((item) => conditionOf(tables, item)));
    case 'not':
      return dj.not(conditionOf(tables, condition.item));
    case 'in':
      return queryOf(tables, condition.expression);
  }
}

/** Nothing is checked before the query is compiled. */
export function queryOf(tables: Tables, expression: Expression): dj.Query {
  const of = (each: Expression): dj.Query => queryOf(tables, each);
  switch (expression.op) {
    case 'table': {
      const table = tables[expression.name];
      if (table === undefined) throw new Error(`no table ${expression.name}`);
      return loose(table);
    }
    case 'restrict':
    case 'exclude':
      return of(expression.input)[expression.op](conditionOf(tables, expression.condition));
    case 'proj':
      return loose(of(expression.input).proj(...expression.attributes, texts(expression.named, computationText)));
    case 'join':
    case 'extend':
    case 'union':
      return loose(of(expression.left)[expression.op](of(expression.right)));
    case 'aggr': {
      const { keepAllRows, everything } = expression;
      const options = { keepAllRows, attributes: everything ? ['...'] : [] };
      return loose(of(expression.by).aggr(of(expression.members), texts(expression.named, aggregateText), options));
    }
    case 'U':
      return loose(dj.U(...expression.names).restrict(of(expression.input)));
    case 'U.aggr':
      return loose(dj.U(...expression.names).aggr(of(expression.members), texts(expression.named, aggregateText)));
    case 'top':
      return of(expression.input).restrict(dj.top(expression.limit, expression.descending ? 'KEY DESC' : 'KEY', expression.offset));
  }
}
