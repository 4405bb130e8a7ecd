/** Text that needs no quotes to be recognised: UUIDs, dates, datetimes. */
const SELF_EVIDENT =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)?)$/;

/** A value as trees, terminals and messages show it: `"c3"`, `3`, `2026-01-31`, a UUID, `[24 bytes]`. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return SELF_EVIDENT.test(value) ? value : JSON.stringify(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return formatDate(value);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name}]`;
  try {
    const text: unknown = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item));
    return typeof text === 'string' ? text : `[${typeof value}]`;
  } catch {
    return `[${typeof value}]`;
  }
}

function formatDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'invalid date' : date.toISOString().replace('T', ' ').replace('Z', '');
}

/** A primary key for people: `subject_id "c3", session_idx 3`. */
export function formatKey(key: Readonly<Record<string, unknown>>): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${formatValue(value)}`)
    .join(', ');
}
