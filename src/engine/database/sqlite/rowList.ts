import type { SqlValue, Statement } from '../contract';

/**
 * A SELECT that gives these rows from one parameter, a JSON array of arrays. Values keep their types: whole numbers are
 * written digit by digit, bytes as hexadecimal text that SQL turns back.
 */
export function rowList(rows: readonly (readonly SqlValue[])[]): Statement | null {
  const [first = []] = rows;
  const isBytes = first.map((value) => value instanceof Uint8Array);
  // A column of some bytes and some text would need to tell them apart.
  if (
    rows.some((row) => row.some((value, column) => value !== null && value instanceof Uint8Array !== isBytes[column]))
  )
    return null;
  const columns = isBytes.map((bytes, column) => (bytes ? `unhex(value ->> ${column})` : `value ->> ${column}`));
  const json = `[${rows.map((row) => `[${row.map(jsonText).join(',')}]`).join(',')}]`;
  return { sql: `SELECT ${columns.join(', ')} FROM json_each(?)`, values: [json] };
}

function jsonText(value: SqlValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('hex')}"`;
  return JSON.stringify(value);
}
