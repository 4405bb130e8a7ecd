/** Takes printed tracebacks apart, line by line. */
import type { Location, RecordedLine } from './frames';
import { behindMargin, cellFrame, isNotebookHeader, notebookFrame, pythonFrame, withoutArguments } from './pythonLines';

/** One traceback with its error. */
export interface Section {
  /** How deep in exception groups: the margin's indentation. */
  readonly depth: number;
  /** Which member of a group it is part of; members are numbered through the whole text. */
  readonly member: number;
  /** In printed order: the innermost last. */
  readonly frames: { location: Location; readonly text: string }[];
  /** `ValueError: bad sample`, in several lines when the message has them. */
  message: string;
  /** How the next error came of this one. */
  ledTo: 'cause' | 'context' | null;
}

/** `---> 12     raise ValueError`, among the lines around it. */
const arrowLine = /^-{1,200}> ?(\d{1,9})(.*)$/;
const header = /^(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
/** What Python writes when it crashes: the innermost frame first, the error before it. */
const crash = /^Fatal Python error: .+$/;
const crashHeaderEnd = ' (most recent call first):';
const crashHeader = /^(?:(?:Current thread|Thread) 0x[\da-f]|Stack \(most recent call first\):$)/;
const separator = /^\+(?:-\+)?-{3,200}(?: (?:\d{1,9}|\.{3}) -{3,200})?$/;
const chained: readonly [string, Section['ledTo']][] = [
  ['The above exception was the direct cause of the following exception:', 'cause'],
  ['During handling of the above exception, another exception occurred:', 'context'],
];

/** @param lines of `stackLines` */
export function readSections(lines: readonly string[]): Section[] {
  const reader = new Reader();
  for (const line of lines) reader.read(line);
  return reader.sections.filter(({ frames, message }) => frames.length > 0 || message !== '');
}

class Reader {
  readonly sections: Section[] = [];
  private depth = 0;
  private member = 0;
  private grouped = false;
  /** What the next lines may be: the source of the last frame, the error's message, a member of a group. */
  private expects: 'nothing' | 'source' | 'markers' | 'message' | 'member' = 'nothing';

  read(line: string): void {
    if (this.grouped && separator.test(line.trimStart())) {
      this.member += 1;
      this.expects = 'member';
      return;
    }
    const content = this.withoutMargin(line);
    const relation = chained.find(([sentence]) => content.trim() === sentence);
    if (relation !== undefined) {
      const last = this.sections.at(-1);
      if (last !== undefined) last.ledTo = relation[1];
      this.expects = 'nothing';
    } else if (header.test(content)) this.begin('');
    else if (isNotebookHeader(content)) this.begin('notebook');
    else if (crash.test(content)) this.beginCrash(content);
    else if (content.endsWith(crashHeaderEnd) && crashHeader.test(content)) this.expects = 'nothing';
    else if (!this.readFrame(content)) this.readRest(content);
  }

  /** Groups are printed behind `  | `, one level deeper each. */
  private withoutMargin(line: string): string {
    const indent = line.search(/[^ ]/);
    const rest = indent === -1 ? null : behindMargin(line.slice(indent));
    if (rest === null) {
      // Without a margin again, the group is over.
      if (this.grouped && line.trim() !== '') this.leaveGroup();
      return line;
    }
    if (rest.startsWith('Exception Group Traceback')) this.grouped = true;
    if (!this.grouped) return line;
    this.depth = indent / 2;
    return rest;
  }

  private leaveGroup(): void {
    this.grouped = false;
    this.depth = 0;
    // What is outermost is one chain, groups or not.
    this.member = 0;
  }

  private begin(kind: '' | 'notebook'): void {
    const member = this.depth <= 1 ? 0 : this.member;
    this.sections.push({ depth: this.depth, member, frames: [], message: '', ledTo: null });
    this.expects = kind === 'notebook' ? 'nothing' : 'message';
  }

  private beginCrash(message: string): void {
    this.begin('');
    if (this.section !== undefined) this.section.message = message;
    this.expects = 'nothing';
  }

  private get section(): Section | undefined {
    return this.sections.at(-1);
  }

  private readFrame(content: string): boolean {
    const read = pythonFrame(content) ?? cellFrame(content) ?? (this.section === undefined ? null : notebookFrame(content));
    if (read === null) return false;
    const { file, line, name, order } = read;
    if (order === 'last') this.addFrame(content, file, line, name);
    else if (this.section !== undefined && crash.test(this.section.message)) {
      this.section.frames.unshift({ text: content, location: { functionName: name, file, line, column: null } });
    } else return false;
    return true;
  }

  private addFrame(text: string, file: string, line: number | null, name: string | null): void {
    // A syntax error alone has no header.
    if (this.section === undefined || this.sectionIsOver()) this.begin('');
    const functionName = name === null ? null : withoutArguments(name);
    this.section?.frames.push({ text, location: { functionName, file, line, column: null } });
    this.expects = 'source';
  }

  private sectionIsOver(): boolean {
    return this.section !== undefined && (this.section.ledTo !== null || (this.section.message !== '' && this.section.frames.length > 0));
  }

  private readRest(content: string): void {
    // A member that was never raised has no traceback.
    if (this.expects === 'member' && content.trim() !== '') this.begin('');
    const section = this.section;
    const frame = section?.frames.at(-1);
    if (section === undefined) return;
    const arrow = arrowLine.exec(content);
    if (frame !== undefined && arrow !== null) {
      const [, line, text = ''] = arrow;
      frame.location = { ...frame.location, line: frame.location.line ?? Number(line), source: { text: text.trim(), column: null } };
      this.expects = 'nothing';
    } else if (frame !== undefined && /^ {4}/.test(content) && this.expects !== 'message' && this.expects !== 'nothing') {
      frame.location = { ...frame.location, ...withSource(frame.location.source, content) };
      this.expects = 'markers';
    } else if (content.trim() !== '' && !/^ {2}\[/.test(content)) this.readMessage(section, content);
  }

  private readMessage(section: Section, content: string): void {
    // Neither are the lines of a notebook around the one that failed, nor the quotes around another process's traceback.
    if (content === '\"\"\"' || (section.message !== '' && this.expects !== 'message')) return;
    if (section.message === '' && (/^\s/.test(content) || /^-+$/.test(content))) return;
    section.message = section.message === '' ? content : `${section.message}\n${content}`;
    this.expects = 'message';
  }
}

/** The first line under a frame is its source; `~~~^^^` under it shows where. */
function withSource(before: RecordedLine | undefined, content: string): { source?: RecordedLine } {
  if (before === undefined) return { source: { text: content.trim(), column: null } };
  const isMarker = content.trim() !== '' && /^[~^\s]*$/.test(content);
  if (!isMarker || before.column !== null) return { source: before };
  const carets = content.indexOf('^');
  // Both lines are printed four spaces in, without the source's own indentation.
  return { source: { ...before, column: (carets === -1 ? content.indexOf('~') : carets) - 3 } };
}
