import type { Condition, Queryable } from './condition';
import { EXPRESSION, isQueryable } from './condition';
import { DataJointError } from '../errors';
import { Query } from './query';
import { restricted } from './restricted';
import type { Having, Picked } from './resultTypes';

/**
 * `dj.U('a', 'b')`: every possible combination of values of the named attributes. Restricted by a query it gives the
 * combinations that occur; aggregated, one row for each. `dj.U()` is the one row without attributes.
 * Source: datajoint-python 2.3.2, `expression.U`.
 */
export class UniversalSet<N extends string = string> {
  constructor(readonly attributes: readonly N[]) {}

  /** The distinct combinations that occur in the query. @throws DataJointError `query` for any other condition. */
  restrict<Q extends Queryable>(query: Q & Having<N, Q>, ...conditions: readonly Condition[]): Query<Picked<N, Q>, object> {
    if (!isQueryable(query)) throw new DataJointError('query', 'dj.U can only be restricted by a query or a table.');
    return new Query({ op: 'distinct', input: restricted(query[EXPRESSION], conditions), attributes: this.attributes });
  }

  /** One row per combination that occurs in `group`, with values computed over its rows. */
  aggr<G extends Queryable, Named extends Readonly<Record<string, string>>>(
    group: G & Having<N, G>,
    named: Named,
  ): Query<Picked<N, G>, { [Name in keyof Named]: unknown }> {
    return new Query({
      op: 'aggregate',
      by: this.attributes,
      group: group[EXPRESSION],
      keepAllRows: false,
      projection: { attributes: [], named },
    });
  }
}

export const U = <N extends string = never>(...attributes: readonly N[]): UniversalSet<N> => new UniversalSet(attributes);
