/** From the frames of a stack, wherever it ran, to places in files of this machine. */
import { findAmong, type FoundLine, linesOf } from './findLine';
import { kindOf, type RecordedLine, type StackContext, type StackFrame } from './frames';
import { mapPath, type MappedFile, type PathPlaces } from './mapPath';

export interface LocalPlace extends MappedFile, FoundLine {
  /** Whether the file reads differently than what ran; absent where that is not known. */
  readonly changed?: boolean;
}

export interface LocalFrame {
  /** As in the stack, but whose code it is is told by the file here. */
  readonly frame: StackFrame;
  /** Null when this machine has no such file. */
  readonly place: LocalPlace | null;
}

/** Deeper stacks are recursion: as many of the innermost frames are looked for. */
export const MOST_FRAMES = 300;
/** As many of them are searched for in their files where these have been edited. */
const MOST_SEARCHED = 20;
/** As many files are read for one stack. */
const MOST_FILES = 30;

/** The text of a file of this machine; null when it cannot be had. */
export type ReadText = (file: string) => Promise<string | null>;

/**
 * The innermost 300 frames, in the 30 files that come first.
 * @param read the text as it is now
 * @param ran the text of the version that ran, where that is known: lines are found by it where the stack has no text
 */
export async function localFrames(
  frames: readonly StackFrame[],
  context: StackContext,
  places: PathPlaces,
  read: ReadText,
  ran: ReadText = () => Promise.resolve(null),
): Promise<LocalFrame[]> {
  const [readOnce, ranOnce] = [once(read), once(ran)];
  return await Promise.all(
    frames.slice(0, MOST_FRAMES).map(async (frame, at): Promise<LocalFrame> => {
      const mapped = frame.file === null ? null : mapPath(frame.file, places);
      if (mapped === null) return { frame, place: null };
      const local = { ...frame, kind: kindOf({ ...frame, file: mapped.file }, context) };
      const lines = await readOnce(mapped.file);
      const { line } = frame;
      if (lines === null || line === null) return { frame: local, place: null };
      const before = await ranOnce(mapped.file);
      const recorded = before === null ? undefined : recordedLine(before, line, frame.column);
      // What the stack itself tells counts more: another text than that of the commit may have run.
      const isWhatRan = before !== null && (frame.source === undefined || frame.source.text === recorded?.text);
      const found = findAmong(lines, line, frame.source ?? recorded, at < MOST_SEARCHED);
      const column = found.column ?? (found.state === 'same' ? frame.column : null);
      return { frame: local, place: { ...mapped, ...found, column, ...(isWhatRan ? { changed: before.join('\n') !== lines.join('\n') } : {}) } };
    }),
  );
}

/** Each file once, as lines; null for one that comes after the first `MOST_FILES`. */
function once(read: ReadText): (file: string) => Promise<string[] | null> {
  const texts = new Map<string, Promise<string[] | null>>();
  return (file) => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    if (texts.size >= MOST_FILES) return Promise.resolve(null);
    const reading = read(file).then((text) => (text === null ? null : linesOf(text)));
    texts.set(file, reading);
    return reading;
  };
}

/** @param column where in the whole line it failed, from 1 */
function recordedLine(lines: readonly string[], line: number, column: number | null): RecordedLine | undefined {
  const whole = lines[line - 1];
  if (whole === undefined) return undefined;
  const indent = whole.length - whole.trimStart().length;
  return { text: whole.trim(), column: column === null ? null : Math.max(1, column - indent) };
}
