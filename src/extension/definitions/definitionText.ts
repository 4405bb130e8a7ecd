/** The text of a document about a table's definition. Pure. */
import type { TableDefinition, TableSummary } from '../../engine';
import { keysText, plural } from '../words';

export interface AroundDefinition {
  /** Null where it cannot be read. */
  readonly summary: TableSummary | null;
  /** Where the class is, `pipeline.py:12`; null without one. */
  readonly place: string | null;
  /** Whether a class was looked for. */
  readonly isPlaceKnown: boolean;
  readonly database: string;
}

/** What is known of the table, as comments, and the definition. */
export function definitionText(definition: TableDefinition, { summary, place, isPlaceKnown, database }: AroundDefinition): string {
  const { name, className, tier, parents } = definition;
  const parentText = parents.map((parent) => (parent.name.schema === name.schema ? parent.className : `${parent.name.schema}.${parent.className}`)).join(', ');
  const counts = [
    summary === null || summary.rows === null ? '' : plural(summary.rows, 'row'),
    summary === null || summary.progress === null ? '' : `${keysText(summary)} keys`,
  ].filter((text) => text !== '');
  const classText = place === null ? (isPlaceKnown ? 'The files here have no class for it.' : '') : `Class: ${place}`;
  const lines = [`${className}: ${tier} table of ${name.schema}, ${database}`, counts.join(', '), parentText === '' ? '' : `Parents: ${parentText}`, classText];
  const comments = lines.filter((line) => line !== '').map((line) => `# ${line}`);
  return [...comments, '', definition.text].join('\n');
}
