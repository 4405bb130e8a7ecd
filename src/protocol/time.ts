/** `2 min ago`; `just now` below two seconds. Both in milliseconds since the epoch. */
export function ago(at: number, now: number): string {
  const seconds = (now - at) / 1000;
  return seconds < 2 ? 'just now' : `${duration(seconds)} ago`;
}

/** `12 s`, `4 min`, `3 h`, `2 d`: one unit. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}
