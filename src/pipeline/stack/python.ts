/** Python's tracebacks, as the interpreter prints them and as notebooks do. */
import type { Location } from './frames';
import { stackLines } from './lines';
import type { FoundPart } from './parse';
import { readSections, type Section } from './pythonSections';

/**
 * Reads one or more tracebacks. The frames of the error that came last are first, the innermost one leading; then come
 * what it was raised from or while handling, and the members of an exception group, each under a line that says so.
 * Null for text without a traceback.
 */
export function readPython(stack: unknown): readonly FoundPart[] | null {
  if (typeof stack !== 'string') return null;
  const lines = stackLines(stack).map((line) => line.replace(/\u001b\[[\d;]{0,50}m/g, ''));
  const end = lines.findIndex((line, at) => line === printedBefore && lines[at + 1]?.startsWith('|') === true);
  const [traceback, printed] = end === -1 ? [lines, []] : [lines.slice(0, end), lines.slice(end)];
  const sections = readSections(traceback);
  if (sections.every(({ frames }) => frames.length === 0)) return null;
  return [...arranged(sections, true), ...printed.map((text): FoundPart => ({ type: 'text', text }))];
}

/** What the engine adds to the stack of a failed make(): its lines have the margin of an exception group's members. */
const printedBefore = 'Printed by make() before:';

/** A group's own traceback has a margin, a lone one has none: both are outermost. */
const levelOf = ({ depth }: Section): number => Math.max(1, depth);

function arranged(sections: readonly Section[], outermost: boolean): FoundPart[] {
  if (sections.length === 0) return [];
  const level = sections.reduce((least, section) => Math.min(least, levelOf(section)), Infinity);
  const chains: Chain[] = [];
  for (const section of sections) {
    const last = chains.at(-1);
    if (levelOf(section) > level) last?.links.at(-1)?.members.push(section);
    else if (last !== undefined && last.member === section.member) last.links.push({ section, members: [] });
    else chains.push({ member: section.member, links: [{ section, members: [] }] });
  }
  return chains.flatMap(({ links }, index) =>
    links.reverse().flatMap(({ section, members }, position) => {
      const title = position > 0 ? linkTitle(section) : outermost ? section.message : `${String(index + 1)} of ${String(chains.length)}: ${section.message}`;
      return [...textParts(title), ...frameParts(section), ...arranged(members, false)];
    }),
  );
}

/** The members of one group, or what is outermost: each with the errors that led to it. */
interface Chain {
  readonly member: number;
  readonly links: { readonly section: Section; readonly members: Section[] }[];
}

const linkTitle = ({ message, ledTo }: Section): string =>
  `${ledTo === 'context' ? 'Raised while handling' : 'Caused by'}: ${message}`;

const textParts = (text: string): FoundPart[] =>
  text === '' ? [] : text.split('\n').map((line) => ({ type: 'text', text: line }));

const frameParts = ({ frames }: Section): FoundPart[] =>
  frames.toReversed().map(({ location, text }) => ({ type: 'frame', location: readable(location), text }));

/** Code that was typed into a notebook has no file to open, only its cell. */
function readable(location: Location): Location {
  const { file } = location;
  if (file === null) return location;
  const input = /^<ipython-input-(\d{1,9})-[^>]*>$|^Cell In\s?\[(\d{1,9})\]$/.exec(file);
  if (input !== null) return { ...location, file: null, notebook: { cell: Number(input[1] ?? input[2]) } };
  if (/[\\/]ipykernel_\d{1,20}[\\/]\d{1,20}\.py$/.test(file)) return { ...location, file: null, notebook: { cell: null } };
  return location;
}
