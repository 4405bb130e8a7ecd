import type { IndexLine } from './model';
import { Problem } from './problem';
import { findOutside, splitOutside } from './scan';

/** Whether a line begins an index and not an attribute of that name. */
export function isIndexLine(line: string): boolean {
  return /^(unique\s+)?index\s*\(/i.test(line);
}

/**
 * Reads `[unique] index (a, b) # comment`. An expression stands in parentheses of its own.
 * @throws Problem
 */
export function parseIndexLine(line: string, number: number): IndexLine {
  const start = line.indexOf('(');
  const end = findOutside(line, ')', start + 1);
  if (end < 0) throw new Problem('the parenthesis of index( is never closed. Add the closing )');
  const after = line.slice(end + 1).trim();
  if (after !== '' && !after.startsWith('#')) {
    throw new Problem(`"${after}" after the index is not understood. Remove it`);
  }
  const attributes = splitOutside(line.slice(start + 1, end), ',');
  for (const attribute of attributes) {
    if (attribute === '') {
      throw new Problem('the index has no attribute between its parentheses or commas. Write index (a, b)');
    }
    if (/^[a-z_][a-z0-9_]*$/.test(attribute) || /^\(.+\)$/s.test(attribute)) continue;
    throw new Problem(
      `"${attribute}" in the index is no attribute. Write its name, or an expression in parentheses of its own`,
    );
  }
  const twice = attributes.find((attribute, index) => attributes.indexOf(attribute) !== index);
  if (twice !== undefined) throw new Problem(`"${twice}" stands twice in the index. Remove one`);
  return { kind: 'index', line: number, unique: /^unique/i.test(line), attributes };
}
