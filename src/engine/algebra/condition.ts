import { DataJointError, messageOf } from '../errors';
import type { ConditionTree, Expression, Top } from './expression';

/** The key under which queries and table classes show the expression that they stand for. */
export const EXPRESSION: unique symbol = Symbol('datajoint.expression');

/** Anything that can stand for a query: a `Query`, or a table class. */
export interface Queryable {
  readonly [EXPRESSION]: Expression;
}

/** All conditions must hold (datajoint-python: `dj.AndList`). Made by `dj.and`. */
export class AndCondition {
  constructor(readonly conditions: readonly Condition[]) {}
}

/** The condition must not hold (datajoint-python: `dj.Not`). Made by `dj.not`. */
export class NotCondition {
  constructor(readonly condition: Condition) {}
}

/** Limits, orders and skips rows (datajoint-python: `dj.Top`). Made by `dj.top`. */
export class TopCondition {
  constructor(readonly top: Top) {}
}

/**
 * A restriction: SQL text; an object (equality on the attributes that exist, `null` for IS NULL); an array (any of
 * them); another query or table (rows that match one of its rows); `dj.and`, `dj.not`, `dj.top`; true or false.
 * Null or undefined restricts to nothing, as `None` does in datajoint-python.
 */
export type Condition =
  | string
  | boolean
  | null
  | undefined
  | Queryable
  | AndCondition
  | NotCondition
  | TopCondition
  | readonly Condition[]
  | { readonly [attribute: string]: unknown };

export const and = (...conditions: readonly Condition[]): AndCondition => new AndCondition(conditions);

export const not = (condition: Condition): NotCondition => new NotCondition(condition);

/**
 * Limits, orders and skips rows. After another `dj.top` of the same order the smaller limit counts and offsets add up;
 * one of another order takes its rows from those of the first.
 * Source: datajoint-python 2.3.5, `condition.Top`.
 * @param limit the most rows to keep; null for all
 * @param orderBy `attribute`, `attribute DESC`, `KEY` or `KEY DESC`, one or several; null for the order that there is
 * @param offset rows to pass over first
 * @throws DataJointError `usage` for a limit or an offset that is no whole number from 0 on.
 */
export function top(limit: number | null = 1, orderBy: string | readonly string[] | null = 'KEY', offset = 0): TopCondition {
  return new TopCondition({
    limit: count(limit, 'limit'),
    orderBy: orderBy === null ? null : orderList(orderBy),
    offset: count(offset, 'offset') ?? 0,
    isWindow: false,
  });
}

/** @throws DataJointError `usage` unless the number is null or a whole number that is not negative. */
export function count(given: number | null, name: string): number | null {
  if (given !== null && (!Number.isSafeInteger(given) || given < 0)) {
    throw new DataJointError('usage', `${name} must be a whole number from 0 on, not ${String(given)}.`);
  }
  return given;
}

export const orderList = (orderBy: string | readonly string[]): readonly string[] =>
  typeof orderBy === 'string' ? [orderBy] : orderBy;

export function isQueryable(candidate: unknown): candidate is Queryable {
  return (typeof candidate === 'object' || typeof candidate === 'function') && candidate !== null && EXPRESSION in candidate;
}

/** Tells the many ways of writing a restriction apart. @throws DataJointError `query` for what is none. */
export function conditionTree(condition: Condition): ConditionTree {
  if (condition === null || condition === undefined) return { kind: 'constant', holds: false };
  if (typeof condition === 'boolean') return { kind: 'constant', holds: condition };
  if (typeof condition === 'string') return { kind: 'sql', text: condition };
  if (condition instanceof AndCondition) return { kind: 'all', conditions: condition.conditions.map(conditionTree) };
  if (condition instanceof NotCondition) return { kind: 'not', condition: conditionTree(condition.condition) };
  if (condition instanceof TopCondition) {
    throw new DataJointError('query', 'dj.top cannot be part of another condition: restrict by it separately.');
  }
  if (isQueryable(condition)) return { kind: 'in', expression: condition[EXPRESSION] };
  if (isConditionList(condition)) return { kind: 'any', conditions: condition.map(conditionTree) };
  if (typeof condition === 'object') return { kind: 'equal', values: { ...condition } };
  throw new DataJointError('query', `${messageOf(condition)} cannot restrict a query: give SQL text, an object, an array or a query.`);
}

function isConditionList(condition: Condition): condition is readonly Condition[] {
  return Array.isArray(condition);
}
