/**
 * Values in blobs that nothing marks: `longblob` of datajoint-python before 2.0 and of MATLAB holds packed values and bytes
 * alike, and only the content tells which.
 * Source: datajoint-python 0.14.9, `blob.unpack` and `fetch._get`.
 */
import type { Attribute, SqlValue } from '../database';
import { unpack } from './blob';
import { DataJointError } from '../errors';

const BLOB = /^(tiny|medium|long)?blob$/i;
/** How packed values begin: written by Python, by MATLAB, or compressed. */
const BEGINNINGS = ['dj0\0', 'mYm\0', 'ZL123\0'].map((text) => Buffer.from(text, 'latin1'));

/** The packed value that an unmarked blob holds, in `value`; null when it holds none. */
export function unmarkedValue({ declaredType }: Attribute, raw: Exclude<SqlValue, null>): { readonly value: unknown } | null {
  if (!(raw instanceof Uint8Array) || !BLOB.test(declaredType)) return null;
  if (!BEGINNINGS.some((beginning) => beginning.equals(raw.subarray(0, beginning.length)))) return null;
  try {
    return { value: unpack(raw) };
  } catch (error) {
    // It begins like a packed value and is none.
    if (error instanceof DataJointError && error.code === 'corrupt') return null;
    throw error;
  }
}
