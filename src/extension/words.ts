/** Small pieces of wording that several views share. */

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `12 s`, `4 min`, `3 h`, `2 d`: one unit, for lists. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** `2 min ago`; `just now` below two seconds. Both in milliseconds since the epoch. */
export function ago(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  return seconds < 2 ? 'just now' : `${duration(seconds)} ago`;
}

/** A whole percentage that says 100 only when everything is done, and 0 only when nothing is. */
export function percent(done: number, total: number): string {
  if (total <= 0) return '';
  const share = (100 * done) / total;
  if (done < total && share > 99) return '99 %';
  if (done > 0 && share < 1) return '1 %';
  return `${Math.round(share)} %`;
}
