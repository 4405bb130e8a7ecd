/** Frames as V8 prints them. */
import type { Location } from './frames';
import { stackLines } from './lines';
import type { FoundPart } from './parse';

/** Takes any text: lines that are no frames are text. Causes follow in it as V8 prints them. */
export function readJavaScript(stack: unknown): readonly FoundPart[] | null {
  if (typeof stack !== 'string') return null;
  return stackLines(stack).map((text) => {
    const location = javascriptFrame(text);
    return location === null ? { type: 'text', text } : { type: 'frame', location, text };
  });
}

/**
 * Reads one line of a JavaScript stack: `    at [async] [new] name (place)` or `    at [async] place`. Null when the line
 * is no frame: a message, `[cause]: …`, source text.
 */
function javascriptFrame(line: string): Location | null {
  const trimmed = line.trim();
  if (!trimmed.startsWith('at ')) return null;
  const frame = (trimmed.endsWith('{') ? trimmed.slice(3, -1) : trimmed.slice(3)).replace(/^async /, '').trimEnd();
  const opening = frame.indexOf(' (');
  if (opening !== -1 && frame.endsWith(')')) {
    const place = readPlace(frame.slice(opening + 2, -1));
    if (place !== null) return { functionName: frame.slice(0, opening).replace(/^new /, ''), ...place };
  }
  const place = readPlace(frame);
  if (place === null) return null;
  return { functionName: null, ...place };
}

type Place = Omit<Location, 'functionName'>;

const nowhere: Place = { file: null, line: null, column: null };

function readPlace(text: string): Place | null {
  if (text === 'native' || text === '<anonymous>' || /^index \d+$/.test(text)) return nowhere;
  if (text.startsWith('eval at ')) return readEvalOrigin(text);
  const match = /^(.+?):(\d{1,9})(?::(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const [, where = '', line, column] = match;
  if (where === '<anonymous>') return nowhere;
  if (!looksLikeFile(where)) return null;
  return { file: filePath(where), line: Number(line), column: column === undefined ? null : Number(column) };
}

/** Code of an eval has no file; the file that called eval is the nearest place that a person can open. */
function readEvalOrigin(text: string): Place {
  const inner = text.split(/[()]/).slice(1, -1);
  const origin = inner.find((part) => /^(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])/.test(part) && /:\d{1,9}:\d{1,9}$/.test(part));
  return (origin === undefined ? null : readPlace(origin)) ?? nowhere;
}

function looksLikeFile(text: string): boolean {
  return /^(?:[a-z][a-z+-]*:|\/|[A-Za-z]:[\\/]|\\\\|\.{1,2}[\\/]|internal\/)/.test(text);
}

/** Turns a `file://` URL into a path of the system it came from; other places stay as they are. */
function filePath(where: string): string {
  if (!where.startsWith('file://')) return where;
  const plain = decode(where.slice('file://'.length));
  if (/^\/[A-Za-z]:\//.test(plain)) return plain.slice(1).replaceAll('/', '\\');
  return plain.startsWith('/') ? plain : `\\\\${plain.replaceAll('/', '\\')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
