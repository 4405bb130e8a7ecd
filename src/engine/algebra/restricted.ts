import { type Condition, conditionTree, not, TopCondition } from './condition';
import type { Expression } from './expression';

export interface JoinOptions {
  /** False matches attributes by name alone, whatever their origin. */
  readonly semanticCheck?: boolean;
}

/**
 * The expression with each condition applied in turn; `dj.top` among them limits what came before it. Options may stand
 * last; `semanticCheck` is what holds without them.
 */
export function restricted(expression: Expression, given: readonly (Condition | JoinOptions)[], semanticCheck = true): Expression {
  const { conditions, options } = split(given);
  return conditions.reduce<Expression>(
    (input, condition) =>
      condition instanceof TopCondition
        ? { op: 'top', input, top: condition.top }
        : { op: 'restrict', input, condition: conditionTree(condition), semanticCheck: options.semanticCheck ?? semanticCheck },
    expression,
  );
}

/** The expression without the rows that meet any of the conditions. */
export function excluded(expression: Expression, given: readonly (Condition | JoinOptions)[]): Expression {
  const { conditions, options } = split(given);
  return restricted(expression, [...conditions.map(not), options]);
}

/** No attribute of a table can be called `semanticCheck`: their names have no capitals. */
function split(given: readonly (Condition | JoinOptions)[]): { conditions: readonly Condition[]; options: JoinOptions } {
  const last = given.at(-1);
  return isOptions(last) ? { conditions: given.slice(0, -1) as readonly Condition[], options: last } : { conditions: given as readonly Condition[], options: {} };
}

function isOptions(candidate: unknown): candidate is JoinOptions {
  if (typeof candidate !== 'object' || candidate === null || Object.getPrototypeOf(candidate) !== Object.prototype) return false;
  const names = Object.keys(candidate);
  return names.length === 1 && names[0] === 'semanticCheck';
}
