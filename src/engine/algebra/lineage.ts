import { DataJointError } from '../errors';
import type { Block } from './block';

/**
 * Attributes of one name match only when they have one origin. Tables without lineage (written before datajoint-python
 * 2.0) match by name alone.
 * Source: datajoint-python 2.3.2, `condition.assert_join_compatibility`.
 * @throws DataJointError `query`, naming the attribute and both origins.
 */
export function assertSameOrigin(left: Block, right: Block, semanticCheck: boolean, verb: 'join' | 'restrict' | 'aggregate' | 'unite'): void {
  if (!semanticCheck || !left.heading.lineageKnown || !right.heading.lineageKnown) return;
  for (const ours of left.heading.attributes) {
    const theirs = right.heading.get(ours.name);
    if (theirs === undefined || (ours.lineage !== null && ours.lineage === theirs.lineage)) continue;
    const origin = (lineage: string | null) => lineage ?? 'no origin';
    const reason =
      ours.lineage === null && theirs.lineage === null
        ? 'it is a plain attribute of both, not inherited from one table'
        : `it has different origins (${origin(ours.lineage)} and ${origin(theirs.lineage)})`;
    throw new DataJointError(
      'query',
      `Cannot ${verb} ${left.label} and ${right.label} by "${ours.name}": ${reason}. Rename or leave it out on one side with proj.`,
    );
  }
}
