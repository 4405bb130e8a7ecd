import type { FrameView, SourceLine, StackEntry } from '../../src/protocol';
import { element, icon, linkButton } from '../page/dom';

type Open = (index: number) => void;

interface Indexed {
  readonly frame: FrameView;
  readonly index: number;
}

const foreign: Readonly<Record<FrameView['kind'], string>> = {
  yours: 'your files',
  engine: 'the engine',
  library: 'libraries',
  runtime: 'Node.js',
};

/** One's own frames, and a package's make() that comes with its source, are open; runs of others are folded into a line. */
export function stackElements(stack: readonly StackEntry[], omitted: number, open: Open): HTMLElement[] {
  const made: HTMLElement[] = [];
  let folded: Indexed[] = [];
  const unfold = () => {
    if (folded.length > 0) made.push(foldedFrames(folded, open));
    folded = [];
  };
  stack.forEach((entry, index) => {
    if (entry.type === 'frame' && entry.frame.kind !== 'yours' && entry.frame.source.length === 0) {
      folded.push({ frame: entry.frame, index });
      return;
    }
    unfold();
    made.push(entry.type === 'text' ? element('p', { class: 'cause mono' }, entry.text) : ownFrame(entry.frame, index, open));
  });
  unfold();
  if (omitted > 0) made.push(element('p', { class: 'dim' }, `${omitted} more lines: open as text to see them.`));
  return made;
}

function ownFrame(frame: FrameView, index: number, open: Open): HTMLElement {
  return element('section', { class: 'frame yours' }, frameLine({ frame, index }, open), sourceElement(frame, index, open));
}

function frameLine({ frame, index }: Indexed, open: Open): HTMLElement {
  const location = frame.openable
    ? linkButton(frame.location, 'Open this line', () => open(index))
    : element('span', { class: 'dim' }, frame.location);
  return element('div', { class: 'frame-line mono' }, element('span', { class: 'function' }, frame.functionName), location);
}

function sourceElement(frame: FrameView, index: number, open: Open): HTMLElement | null {
  if (frame.source.length === 0) return null;
  const source = element('div', { class: 'source mono', attributes: { role: 'figure', 'aria-label': `Source of ${frame.location}` } });
  source.append(...frame.source.map(sourceLine));
  source.addEventListener('click', () => {
    if (window.getSelection()?.isCollapsed !== false) open(index);
  });
  return source;
}

function sourceLine({ number, text, failing }: SourceLine): HTMLElement {
  return element(
    'div',
    { class: failing ? 'source-line failing' : 'source-line' },
    failing ? icon('debug-stackframe') : element('span', { class: 'codicon' }),
    element('span', { class: 'number' }, String(number)),
    element('span', { class: 'text' }, text === '' ? ' ' : text),
  );
}

function foldedFrames(frames: readonly Indexed[], open: Open): HTMLElement {
  const places = [...new Set(frames.map(({ frame }) => foreign[frame.kind]))].join(' and ');
  const count = frames.length === 1 ? '1 frame' : `${frames.length} frames`;
  return element(
    'details',
    { class: 'folded' },
    element('summary', { class: 'dim' }, `${count} inside ${places}`),
    ...frames.map((each) => element('div', { class: 'frame' }, frameLine(each, open))),
  );
}
