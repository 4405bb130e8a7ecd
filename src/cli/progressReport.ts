/** Tells a person how a populate is going: a changing line on a terminal, a line now and then in a file or a pipe. */
import { formatKey, type Key, type PopulateEvent, type Waiting } from '../engine';
import type { StackContext } from '../pipeline';
import { plainLine } from '../text';
import { placeText } from './ownCode';
import { percent, progressLine } from './progressLine';
import { fit, type Terminal } from './terminal';
import { plural, waitingText } from './words';

export interface FailedKey {
  readonly key: Key;
  readonly message: string;
  readonly stack: string;
}

export interface ReportOptions {
  /** The table's class name. */
  readonly label: string;
  readonly cwd: string;
  /** Tells one's own frames from others. */
  readonly stackContext: StackContext;
  /** Only count. */
  readonly quiet?: boolean;
  /** Milliseconds, for tests. */
  readonly now?: () => number;
}

/** Redrawing more often than this is flicker. */
const redrawMs = 100;
/** Between plain lines there is at least this long, or a tenth of the keys. */
const plainLineMs = 1000;

export class ProgressReport {
  computed = 0;
  skipped = 0;
  readonly failed: FailedKey[] = [];
  /** The first key may have been tried. */
  begun = false;
  /** Jobs whose time comes later, where there was nothing to make. */
  readonly waiting: Waiting[] = [];
  private done = 0;
  private total = 0;
  private started: number;
  private drawnAt = -Infinity;
  private printedAt = 0;
  private printedDone = 0;
  private ticking: NodeJS.Timeout | null = null;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ReportOptions,
  ) {
    this.started = this.now();
  }

  follow(event: PopulateEvent): void {
    switch (event.type) {
      case 'start':
        this.start(event.total);
        if (event.waiting !== undefined) this.waiting.push(event.waiting);
        break;
      case 'done':
        this.computed += 1;
        this.moveTo(event.done, event.total);
        break;
      case 'skipped':
        this.skipped += 1;
        this.moveTo(event.done, event.total);
        break;
      case 'error':
        this.fail({ key: event.key, message: event.error?.message ?? '', stack: event.error?.stack ?? '' });
        this.drawnAt = -Infinity;
        this.moveTo(event.done, event.total);
        break;
      case 'end':
        this.stop();
        break;
    }
  }

  /** Keys of the run that were not tried. */
  get left(): number {
    return this.total - this.done;
  }

  /** `Done: 21 computed, 3 errors, 0 skipped in 7.4 s.` */
  summary(opening: string): string {
    const errors = plural(this.failed.length, 'error');
    const painted = this.failed.length === 0 ? errors : this.terminal.paint.red(errors);
    const later = this.done === 0 && this.waiting.length > 0 ? ` ${waitingText(this.waiting)}.` : '';
    return `${opening}: ${this.computed} computed, ${painted}, ${this.skipped} skipped in ${this.elapsed().toFixed(1)} s.${later}`;
  }

  private now(): number {
    return this.options.now?.() ?? performance.now();
  }

  private start(total: number): void {
    this.begun = true;
    this.total = total;
    this.started = this.now();
    this.printedAt = this.started;
    if (total === 0 || this.options.quiet === true || !this.terminal.interactive) return;
    this.ticking = setInterval(() => {
      this.draw();
    }, 500).unref();
    this.draw();
  }

  private fail(failed: FailedKey): void {
    this.failed.push(failed);
    if (this.options.quiet !== true) for (const line of this.failureLines(failed)) this.terminal.line(line);
  }

  private stop(): void {
    if (this.ticking !== null) clearInterval(this.ticking);
    this.ticking = null;
    this.terminal.bottom('');
  }

  /** Seconds. */
  private elapsed(): number {
    return (this.now() - this.started) / 1000;
  }

  private moveTo(done: number, total: number): void {
    this.done = done;
    this.total = total;
    if (this.options.quiet === true) return;
    if (this.terminal.interactive) {
      if (this.now() - this.drawnAt >= redrawMs || done === total) this.draw();
    } else this.printNowAndThen();
  }

  private draw(): void {
    this.drawnAt = this.now();
    const { done, total } = this;
    const state = { label: this.options.label, done, total, errors: this.failed.length, elapsed: this.elapsed() };
    this.terminal.bottom(progressLine(state, this.terminal.columns, this.terminal.paint.red));
  }

  private printNowAndThen(): void {
    const { done, total } = this;
    const now = this.now();
    const due =
      now - this.printedAt >= plainLineMs &&
      (done - this.printedDone >= total / 10 || now - this.printedAt >= 10 * plainLineMs);
    if (!due || done === total) return;
    this.printedAt = now;
    this.printedDone = done;
    const errors = this.failed.length === 0 ? '' : `  ${plural(this.failed.length, 'error')}`;
    this.terminal.line(`${this.options.label}  ${done}/${total}  ${percent(done, total)}${errors}`);
  }

  /** `✗ subject "c3", session 3   RangeError: gain is zero …   pipeline.ts:52` */
  private failureLines({ key, message, stack }: FailedKey): string[] {
    const found = plainLine(placeText(stack, this.options.stackContext, this.options.cwd));
    const who = `✗ ${plainLine(formatKey(key))}`;
    const { columns, paint } = this.terminal;
    const besideKey = columns - 1 - who.length - 3;
    // A place broken over two lines is no link: where it does not fit, it has a line of its own.
    const isBeside = besideKey - found.length >= 27;
    const room = isBeside ? besideKey - found.length - 3 : Math.max(24, besideKey);
    const failure = `${paint.red(who)}   ${fit(plainLine(message), room)}`;
    if (found === '') return [failure];
    return isBeside ? [`${failure}   ${paint.dim(found)}`] : [failure, `  ${paint.dim(found)}`];
  }
}
