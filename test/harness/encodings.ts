import { createRequire } from 'node:module';

// What mysql2's types leave out.
const mysql2 = createRequire(__filename)('mysql2') as { readonly CharsetToEncoding: readonly (string | undefined)[] };

/** By the lower bits of a collation's id, the encoding that mysql2 reads answers in. */
export const encodingById = mysql2.CharsetToEncoding;

/** Every encoding that mysql2 can name. */
export const encodings: readonly string[] = [...new Set(encodingById.filter((name) => name !== undefined))];
