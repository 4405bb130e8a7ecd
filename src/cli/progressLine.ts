/** The state of a run as one line. */
import { clock, plural } from './words';

export interface RunState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly errors: number;
  /** Seconds since the first key began. */
  readonly elapsed: number;
}

const longestBar = 30;
const shortestBar = 6;

/** `Trace  ████░░░░  14/24  58 %   3.2/s   0:04 < 0:03   1 error`, with what fits in `columns`. */
export function progressLine(state: RunState, columns: number, paintErrors: (text: string) => string): string {
  const { label, done, total, errors } = state;
  const counts = `${done}/${total}  ${percent(done, total)}`;
  const errorText = errors === 0 ? '' : plural(errors, 'error');
  // What may be left out on a narrow terminal, the least important first.
  const optional = [rateText(state), timeText(state)];
  for (;;) {
    const tail = [...optional, errorText].filter((part) => part !== '');
    const rest = [label, '', counts, ...tail].reduce((width, part) => width + part.length + 3, 0);
    const room = Math.min(longestBar, columns - 1 - rest);
    if (room >= shortestBar || optional.length === 0) {
      const bar = room >= shortestBar ? `${barText(done, total, room)}  ` : '';
      const painted = [...optional, errorText === '' ? '' : paintErrors(errorText)].filter((part) => part !== '');
      return [`${label}  ${bar}${counts}`, ...painted].join('   ');
    }
    optional.shift();
  }
}

function barText(done: number, total: number, width: number): string {
  const full = total === 0 ? width : Math.floor((width * done) / total);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Says 100 only when everything is done. */
export function percent(done: number, total: number): string {
  return total === 0 ? '100 %' : `${Math.floor((100 * done) / total)} %`;
}

/** `3.2/s`, or `12.5 s each` when that is slow. */
function rateText({ done, elapsed }: RunState): string {
  if (done === 0 || elapsed <= 0) return '';
  const rate = done / elapsed;
  return rate < 0.5 ? `${(1 / rate).toFixed(1)} s each` : `${rate.toFixed(rate < 100 ? 1 : 0)}/s`;
}

/** Time gone and time to go. */
function timeText({ done, total, elapsed }: RunState): string {
  if (done === 0) return clock(elapsed);
  return done >= total ? clock(elapsed) : `${clock(elapsed)} < ${clock((elapsed * (total - done)) / done)}`;
}
