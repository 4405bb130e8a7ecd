import { type Condition, EXPRESSION, isQueryable, Query, type Queryable, restricted } from '../algebra';
import { DataJointError } from '../errors';
import type { JobTarget } from './jobTable';

/** The keys of a key source, and those of them that have no row yet. */
export interface KeysToMake {
  readonly wanted: Query;
  readonly missing: Query;
}

/**
 * Which keys a table is to have, within restrictions, and which of them it lacks. A key has been made when the table has a
 * row with all of its attributes, also where they are not the table's primary key (a key source that the table refers to
 * below the `---`).
 * Source: datajoint-python 2.3.5, `AutoPopulate._jobs_to_do` and `progress`; its populate() compares primary keys only.
 * @throws DataJointError `query` for a key source that is no query, or whose primary key has an attribute that the table lacks
 */
export async function keysToMake(target: JobTarget, keySource: Queryable, restrictions: readonly Condition[]): Promise<KeysToMake> {
  const { label } = target;
  if (!isQueryable(keySource)) {
    throw new DataJointError('query', `The key source of ${label} is no query: let static get keySource() return a table or a query.`);
  }
  const wanted = new Query(restricted(keySource[EXPRESSION], restrictions)).proj();
  const { primaryKey } = await wanted.heading();
  const { attributes } = (await target.ready()).spec;
  const lacking = primaryKey.find((name) => !attributes.some((attribute) => attribute.name === name));
  if (lacking !== undefined) {
    throw new DataJointError('query', `The key source of ${label} has "${lacking}" in its primary key, which ${label} lacks.`);
  }
  const secondary = primaryKey.filter((name) => !attributes.some((attribute) => attribute.name === name && attribute.inKey));
  return { wanted, missing: wanted.exclude(new Query({ op: 'table', source: target }).proj(...secondary)) };
}
