/**
 * Types of earlier datajoint-pythons that keep values in an object store. A column holds a hash, which refers to the table
 * of the store's files; the reference belongs to the type and no line of a definition writes it.
 *
 * | written by | type | column | refers to |
 * |---|---|---|---|
 * | datajoint-python 0.12 to 0.14 | `blob@raw`, `attach@raw`, `filepath@raw` | binary(16) | `~external_raw` |
 * | until 0.11, MATLAB | `external-raw`, `external` | char(51) | `~external` |
 *
 * Source: datajoint-python 0.14.9, `declare.compile_attribute`; `codecs/stores/old.ts` reads the values.
 */
import type { ForeignKey } from '../database';
import type { ParsedType } from './model';

const IN_STORE = /^(blob|attach|filepath)\s*@\s*([a-z][-\w]*)$/i;
const UNTIL_011 = /^external(-[-\w]*)?$/i;

/** The type behind one of those words, or null for another. */
export function oldStoredType(type: string): ParsedType | null {
  const [, kind, store] = IN_STORE.exec(type) ?? [];
  if (kind === undefined && !UNTIL_011.test(type)) return null;
  const declaredType = kind === undefined ? type : `${kind.toLowerCase()}@${store ?? ''}`;
  return {
    declaredType,
    column: { kind: 'native', sql: kind === undefined ? 'char(51)' : 'binary(16)' },
    codec: null,
    autoIncrement: false,
    warning: `${declaredType} is a type of datajoint-python ${kind === undefined ? '0.11' : '0.14'}, in tables that it declared; <${kind?.toLowerCase() ?? 'blob'}@${store ?? 'store'}> is today's`,
  };
}

/** The table that a column of such a type refers to, and its attribute; null for other types. */
export function storeTable(declaredType: string): { readonly table: string; readonly attribute: string } | null {
  const store = IN_STORE.exec(declaredType)?.[2];
  if (store !== undefined) return { table: `~external_${store}`, attribute: 'hash' };
  return UNTIL_011.test(declaredType) ? { table: '~external', attribute: 'hash' } : null;
}

/** Whether it is one of those types. */
export const isOldStoredType = (declaredType: string): boolean => storeTable(declaredType) !== null;

/** Whether a reference belongs to the type of its attribute. */
export function comesWithType(key: ForeignKey, declaredTypeOf: (attribute: string) => string | undefined): boolean {
  const [column, ...more] = key.columns;
  if (column === undefined || more.length > 0) return false;
  const wanted = storeTable(declaredTypeOf(column.child) ?? '');
  return wanted !== null && wanted.table === key.parent.table && wanted.attribute === column.parent;
}
