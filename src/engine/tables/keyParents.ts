import { Query, type TableSource } from '../algebra';

/** A table that a primary key refers to; `renames` gives the new name of each renamed key attribute its old one. */
export interface KeyParent {
  readonly source: TableSource;
  readonly renames: Readonly<Record<string, string>>;
}

/** The join of the parents' primary keys; null without parents. */
export function joinParents(parents: readonly KeyParent[]): Query | null {
  const [first, ...rest] = parents.map(
    ({ source, renames }) => new Query({ op: 'project', input: { op: 'table', source }, projection: { attributes: [], named: renames } }),
  );
  return first === undefined ? null : rest.reduce((query, parent) => query.join(parent), first);
}
