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

const reported = /^Error (?:using|in) (?:<a href="matlab:[^"]*">)?([^\s<>()]+(?:>[^\s<>()]+)?)(?:<\/a>)?(?: \((?:<a href="matlab:\s*opentoline\('([^']*)',\s*(\d+)[^"]*">)?line (\d+)(?:<\/a>)?\))?\s*$/;
const syntax = /^Error: File: (.+?) Line: (\d+) Column: (\d+)$/;

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
  const [, name, linkedFile, linkedLine, line] = reported.exec(text) ?? [];
  const number = linkedLine ?? line;
  if (name === undefined || (number === undefined && !name.includes('/'))) return null;
  return { functionName: name, file: linkedFile ?? fileOf(name), line: number === undefined ? null : Number(number), column: null };
}

/** `lab.Peaks/makeTuples` and `lab.Peaks>helper` are in `+lab/Peaks.m`. */
function fileOf(name: string): string {
  const parts = (name.split(/[/>]/)[0] ?? name).split('.');
  const [own = '', ...packages] = parts.reverse();
  return [...packages.reverse().map((each) => (each.startsWith('+') ? each : `+${each}`)), `${own}.m`].join('/');
}
