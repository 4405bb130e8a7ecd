/**
 * Times are UTC text, `YYYY-MM-DD HH:MM:SS` and as many fractional digits as the type has, so that their order as text
 * is their order in time. SQLite's clock has milliseconds; finer digits are zero.
 */
const MILLIS = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

export function nowText(precision: number): string {
  if (precision === 0) return "strftime('%Y-%m-%d %H:%M:%S', 'now')";
  if (precision < 3) return `substr(${MILLIS}, 1, ${20 + precision})`;
  return precision === 3 ? MILLIS : `(${MILLIS} || '${'0'.repeat(precision - 3)}')`;
}

/** The sum has as many fractional digits as the expression; those beyond milliseconds become zero. */
export function addSecondsText(expression: string, seconds: string): string {
  const sum = `strftime('%Y-%m-%d %H:%M:%f', ${expression}, (${seconds}) || ' seconds')`;
  return `substr(${sum} || '000', 1, length(${expression}))`;
}

export function epochMillisSql(expression: string): string {
  return `CAST(round(unixepoch(${expression}, 'subsec') * 1000) AS INTEGER)`;
}
