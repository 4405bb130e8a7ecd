import type { ReferenceLine } from './model';
import { nearest, Problem } from './problem';
import { findOutside, splitOutside, unquote } from './scan';

const OPTIONS = ['nullable', 'unique'];
const SEGMENT = '(?:[A-Za-z_](?:[\\w-]*\\w)?|`[^`]+`)';
const TARGET = new RegExp(`^${SEGMENT}(?:\\s*\\.\\s*(?!proj\\s*\\()${SEGMENT})*`);

/**
 * Reads `-> [nullable, unique] Parent.proj(new='old') # comment`.
 * @throws Problem
 */
export function parseReferenceLine(line: string, number: number, inKey: boolean): ReferenceLine {
  const hash = findOutside(line.slice(2), '#');
  const code = (hash < 0 ? line.slice(2) : line.slice(2, hash + 2)).trim();
  const { options, rest } = takeOptions(code);
  const nullable = options.includes('nullable');
  if (nullable && inKey) {
    throw new Problem(
      'a reference in the primary key cannot be nullable. Remove the option, or move the line below ---',
    );
  }
  const written = TARGET.exec(rest)?.[0];
  if (written === undefined) throw new Problem('there is no table after the arrow. Write "-> Parent"');
  const target = written.replace(/\s+/g, '');
  const projection = readProjection(rest.slice(written.length).trim(), target);
  return { kind: 'reference', line: number, inKey, nullable, unique: options.includes('unique'), target, projection };
}

function takeOptions(code: string): { options: string[]; rest: string } {
  if (!code.startsWith('[')) return { options: [], rest: code };
  const end = code.indexOf(']');
  if (end < 0) throw new Problem('the bracket [ is never closed. Write "-> [nullable] Parent"');
  const options = code.slice(1, end).split(',').map((option) => option.trim().toLowerCase());
  for (const option of options) {
    if (OPTIONS.includes(option)) continue;
    const meant = nearest(option, OPTIONS);
    throw new Problem(
      `unknown option "${option}" in [..]. ${meant === null ? 'Known are nullable and unique' : `Did you mean ${meant}?`}`,
    );
  }
  return { options, rest: code.slice(end + 1).trim() };
}

/** What follows the target: nothing, `()`, `.proj(…)` or `().proj(…)`. */
function readProjection(text: string, target: string): ReferenceLine['projection'] {
  const rest = text.replace(/^\(\s*\)/, '').trim();
  if (rest === '') return null;
  const match = /^\.\s*proj\s*\(/.exec(rest);
  if (match === null) {
    throw new Problem(
      `"${rest}" after ${target} is not understood. A reference goes to a table or to ${target}.proj(new='old')`,
    );
  }
  const end = findOutside(rest, ')', match[0].length);
  if (end < 0) throw new Problem('the parenthesis of proj( is never closed. Add the closing )');
  const after = rest.slice(end + 1).trim();
  if (after !== '') throw new Problem(`"${after}" after proj(…) is not understood. Remove it`);
  return { renames: readRenames(rest.slice(match[0].length, end).trim()) };
}

function readRenames(text: string): Record<string, string> {
  const renames: Record<string, string> = {};
  if (text === '') return renames;
  for (const argument of splitOutside(text, ',')) {
    // 'name' and ... keep attributes, which a reference does with the primary key anyway.
    if (argument === '' || argument === '...' || unquote(argument) !== null) continue;
    const match = /^(\w+)\s*=\s*(.+)$/s.exec(argument);
    const [, name = '', old = ''] = match ?? [];
    const source = match === null ? null : unquote(old.trim());
    if (source === null) throw new Problem(`"${argument}" in proj(…) is not understood. Write proj(new='old')`);
    // Of new names datajoint-python asks only that they are words of Python; parents may have such keys in turn.
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      throw new Problem(`the new name "${name}" may hold only letters, digits and underscores, and begins with a letter`);
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(source)) {
      throw new Problem(`a reference can only rename attributes, and "${source}" is not one's name`);
    }
    if (Object.hasOwn(renames, name)) throw new Problem(`proj(…) gives the new name "${name}" twice`);
    if (Object.values(renames).includes(source)) throw new Problem(`proj(…) renames "${source}" twice`);
    renames[name] = source;
  }
  return renames;
}
