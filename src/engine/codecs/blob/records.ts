/** Rows as MATLAB's struct arrays and numpy's arrays with fields hold them. */
import type { NdArray } from './ndarray';
import { arrayOf, placesOf, rememberPlaces, type PlaceType, type RecordField } from './written';

/** A column of an array with fields, which may have fields itself. */
export type Column = NdArray | RecordColumns;

export interface RecordColumns {
  readonly names: readonly string[];
  readonly columns: readonly Column[];
}

/** The columns of rows; null when a row has other fields, or a value that the type of its field does not hold exactly. */
export function recordColumns(
  rows: readonly unknown[],
  fields: readonly RecordField[],
  shape: readonly number[],
): RecordColumns | null {
  const names = fields.map(({ name }) => name);
  if (!haveFields(rows, names)) return null;
  const columns: Column[] = [];
  for (const { name, type } of fields) {
    const items = rows.map((row) => row[name]);
    rememberPlaces(items, { items: typesOfField(rows, name) });
    const column = 'dtype' in type ? arrayOf(items, type, shape) : recordColumns(items, type, shape);
    if (column === null) return null;
    columns.push(column);
  }
  return { names, columns };
}

/** Whether all are plain objects with these properties and no others. */
export function haveFields(
  rows: readonly unknown[],
  names: readonly string[],
): rows is readonly Readonly<Record<string, unknown>>[] {
  return rows.every((row) => isPlainObject(row) && Object.keys(row).length === names.length && names.every((name) => Object.hasOwn(row, name)));
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function typesOfField(rows: readonly object[], name: string): ReadonlyMap<unknown, PlaceType> {
  const types = new Map<unknown, PlaceType>();
  for (const [index, row] of rows.entries()) {
    const type = placesOf(row)?.items.get(name);
    if (type !== undefined) types.set(index, type);
  }
  return types;
}
