/** Milliseconds to wait after so many failures in a row: 2 s, then twice as long each time, up to half a minute. */
export function backOff(failures: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.max(1, failures));
}
