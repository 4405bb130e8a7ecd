/** Small pieces of wording that several views share. */

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
