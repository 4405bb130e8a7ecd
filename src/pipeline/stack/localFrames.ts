/** From the frames of a stack, wherever it ran, to places in files of this machine. */
import { findLine, type FoundLine } from './findLine';
import { kindOf, type StackContext, type StackFrame } from './frames';
import { mapPath, type MappedFile, type PathPlaces } from './mapPath';

export interface LocalPlace extends MappedFile, FoundLine {}

export interface LocalFrame {
  /** As in the stack, but whose code it is is told by the file here. */
  readonly frame: StackFrame;
  /** Null when this machine has no such file. */
  readonly place: LocalPlace | null;
}

/** @param read the text of a file of this machine; null when it cannot be read */
export async function localFrames(
  frames: readonly StackFrame[],
  context: StackContext,
  places: PathPlaces,
  read: (file: string) => Promise<string | null>,
): Promise<LocalFrame[]> {
  const texts = new Map<string, Promise<string | null>>();
  return await Promise.all(
    frames.map(async (frame): Promise<LocalFrame> => {
      const mapped = frame.file === null ? null : mapPath(frame.file, places);
      if (mapped === null) return { frame, place: null };
      const local = { ...frame, kind: kindOf({ ...frame, file: mapped.file }, context) };
      const reading = texts.get(mapped.file) ?? read(mapped.file);
      texts.set(mapped.file, reading);
      const text = await reading;
      if (text === null || frame.line === null) return { frame: local, place: null };
      const found = findLine(text, frame.line, frame.source);
      return { frame: local, place: { ...mapped, ...found, column: found.column ?? (found.state === 'same' ? frame.column : null) } };
    }),
  );
}
