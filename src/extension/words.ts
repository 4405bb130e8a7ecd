/** Small pieces of wording that several views share. */
import type { TableSummary } from '../engine';

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** A whole percentage that says 100 only when everything is done, and 0 only when nothing is. */
export function percent(done: number, total: number): string {
  if (total <= 0) return '';
  const share = (100 * done) / total;
  if (done < total && share > 99) return '99 %';
  if (done > 0 && share < 1) return '1 %';
  return `${Math.round(share)} %`;
}

/**
 * `23:31`, with the date when it is not today's. Rows show this rather than `2 min ago`: it never grows old, so a row need
 * not be drawn again, and a click never meets a row that is just being drawn.
 */
export function clock(at: number, now: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/**
 * `21/24`, `5 of more than 1,000,000`, `8 of ≤ 12, own key source`, `5 done` where the total is not known; empty for a table
 * that has no keys to make.
 */
export function keysText({ progress }: TableSummary): string {
  if (progress === null) return '';
  const { done, total, moreThan, atMost } = progress;
  const number = (count: number) => count.toLocaleString('en-US');
  if (atMost !== null) return `${number(done)} of ≤ ${number(atMost)}, own key source`;
  if (total === null) return moreThan === null ? `${number(done)} done` : `${number(done)} of more than ${number(moreThan)}`;
  return `${done}/${total}`;
}

/** What is wrong with a table, its queue or its keys, in one sentence; empty when nothing is. */
export const problemOf = ({ problem, progress }: TableSummary): string => problem ?? progress?.problem ?? '';
