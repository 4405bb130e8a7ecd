/** MATLAB's stacks: the struct array of an MException, as job tables keep it, and its printed reports. */
import { MOST_OF_STACK } from '../../engine';
import type { Location } from './frames';
import { stackLines } from './lines';
import type { FoundPart } from './parse';

/**
 * Reads structs with `file`, `name` and `line` (an array of them, one alone, or the same as JSON), or a report as
 * `getReport` prints it. Null for anything else.
 */
export function readMatlab(stack: unknown): readonly FoundPart[] | null {
  if (typeof stack !== 'string') return readStructs(stack);
  return /^\s*[[{]/.test(stack.slice(0, 100)) ? readStructs(fromJson(stack)) : readReport(stack);
}

function fromJson(text: string): unknown {
  if (text.length > MOST_OF_STACK) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readStructs(stack: unknown): readonly FoundPart[] | null {
  // A struct array of one dimension more than it seems: MATLAB's are at least matrices, and seldom of more dimensions.
  const structs = Array.isArray(stack) ? stack.flat(4) : [stack];
  const frames = structs.map(readStruct);
  return frames.length > 0 && frames.every((frame) => frame !== null) ? frames : null;
}

function readStruct(struct: unknown): FoundPart | null {
  if (typeof struct !== 'object' || struct === null) return null;
  const { file, name, line } = struct as Readonly<Record<string, unknown>>;
  if (typeof file !== 'string' || typeof name !== 'string') return null;
  const location: Location = {
    functionName: name === '' ? null : name,
    file: file === '' ? null : file,
    line: wholeNumber(line),
    column: null,
  };
  return { type: 'frame', location, text: `${name} (${file}:${String(location.line ?? '?')})` };
}

/** MATLAB's numbers are matrices of one element. */
function wholeNumber(value: unknown): number | null {
  const elements: unknown = typeof value === 'object' && value !== null && 'data' in value ? value.data : value;
  const first: unknown = ArrayBuffer.isView(elements) || Array.isArray(elements) ? Array.from(elements as Iterable<unknown>)[0] : elements;
  const number = Number(first);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

const syntax = /^Error: File: (.+?) Line: (\d{1,9}) Column: (\d{1,9})$/;

function readReport(stack: string): readonly FoundPart[] | null {
  const parts = stackLines(stack).map((text): FoundPart => {
    const location = reportedLocation(text);
    return location === null ? { type: 'text', text } : { type: 'frame', location, text };
  });
  return parts.some(({ type }) => type === 'frame') ? parts : null;
}

function reportedLocation(text: string): Location | null {
  const broken = syntax.exec(text);
  if (broken !== null) {
    const [, file = '', line, column] = broken;
    return { functionName: null, file, line: Number(line), column: Number(column) };
  }
  const start = /^Error (?:using|in) /.exec(text);
  return start === null ? null : reportedFrame(behindLink(text.slice(start[0].length).trimEnd()));
}

/** `lab.Peaks>helper`, `lab.Peaks/makeTuples (line 3)`, with links to the editor in it or without. */
function reportedFrame(text: string): Location | null {
  const end = text.search(/[\s<()]/);
  const name = end === -1 ? text : text.slice(0, end);
  const parts = name.split('>');
  if (parts.length > 2 || parts.includes('')) return null;
  const rest = withoutLinkEnd(text.slice(name.length));
  if (rest === '') return name.includes('/') ? { functionName: name, file: fileOf(name), line: null, column: null } : null;
  if (!rest.startsWith(' (') || !rest.endsWith(')')) return null;
  const inner = rest.slice(2, -1);
  const line = /^line (\d{1,9})$/.exec(withoutLinkEnd(behindLink(inner), 'last'))?.[1];
  if (line === undefined) return null;
  const linked = linkedPlace(inner);
  return { functionName: name, file: linked?.file ?? fileOf(name), line: Number(linked?.line ?? line), column: null };
}

const link = '<a href="matlab:';
const linkEnd = '</a>';

/** A text without the link that it begins with. */
function behindLink(text: string): string {
  const end = text.startsWith(link) ? text.indexOf('">', link.length) : -1;
  return end === -1 ? text : text.slice(end + 2);
}

function withoutLinkEnd(text: string, where: 'first' | 'last' = 'first'): string {
  if (where === 'last') return text.endsWith(linkEnd) ? text.slice(0, -linkEnd.length) : text;
  return text.startsWith(linkEnd) ? text.slice(linkEnd.length) : text;
}

/** The place in `<a href="matlab: opentoline('/lab/x.m',3,0)">`. */
function linkedPlace(text: string): { readonly file: string; readonly line: string } | null {
  const target = text.startsWith(link) ? text.slice(link.length, text.indexOf('">', link.length)).trimStart() : '';
  const opening = "opentoline('";
  const end = target.indexOf("'", opening.length);
  const line = end === -1 ? undefined : /^,\s{0,9}(\d{1,9})/.exec(target.slice(end + 1))?.[1];
  return line === undefined || !target.startsWith(opening) ? null : { file: target.slice(opening.length, end), line };
}

/** `lab.Peaks/makeTuples` and `lab.Peaks>helper` are in `+lab/Peaks.m`. */
function fileOf(name: string): string {
  const parts = (name.split(/[/>]/)[0] ?? name).split('.');
  const [own = '', ...packages] = parts.reverse();
  return [...packages.reverse().map((each) => (each.startsWith('+') ? each : `+${each}`)), `${own}.m`].join('/');
}
