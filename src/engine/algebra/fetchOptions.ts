import type { ReadOptions } from '../database';
import { count, orderList } from './condition';
import type { Expression } from './expression';

export interface FetchOptions extends ReadOptions {
  /** `attribute`, `attribute DESC`, `KEY` or `KEY DESC`, one or several. */
  readonly orderBy?: string | readonly string[];
  readonly limit?: number;
  readonly offset?: number;
}

/** The query with the options' order and limit on top. */
export function withOptions(expression: Expression, options: FetchOptions): Expression {
  const { orderBy, limit, offset } = options;
  if (orderBy === undefined && limit === undefined && offset === undefined) return expression;
  return {
    op: 'top',
    input: expression,
    top: {
      limit: count(limit ?? null, 'limit'),
      offset: count(offset ?? 0, 'offset') ?? 0,
      orderBy: orderBy === undefined ? null : orderList(orderBy),
      isWindow: true,
    },
  };
}

/** Attribute names, and the options among them. */
export function splitArguments(args: readonly (string | FetchOptions | undefined)[]): { names: string[]; options: FetchOptions } {
  const names = args.filter((each) => typeof each === 'string');
  const options = args.find((each) => typeof each === 'object') ?? {};
  return { names, options };
}
