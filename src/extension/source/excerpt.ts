import type { SourceLine } from '../../protocol';

/** Lines longer than this are cut: they are data, and nobody reads them here. */
const maxLength = 240;

/** The line and a few around it, without the indentation that all of them share. Empty when the file is too short. */
export function excerpt(text: string, line: number, before: number, after: number): SourceLine[] {
  const all = text.split(/\r?\n/);
  if (line < 1 || line > all.length) return [];
  const first = Math.max(1, line - before);
  const last = Math.min(all.length, line + after);
  const lines = all.slice(first - 1, last).map((content) => content.replaceAll('\t', '  '));
  const indents = lines.filter((content) => content.trim() !== '').map((content) => content.search(/\S/));
  const indent = Math.min(...indents, maxLength);
  return lines.map((content, at) => ({
    number: first + at,
    text: content.length > indent + maxLength ? `${content.slice(indent, indent + maxLength)}…` : content.slice(indent),
    failing: first + at === line,
  }));
}
