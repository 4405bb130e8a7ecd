/**
 * Python text without a grammar: where strings and comments are, and forms that @lezer/python 1.1.19 cannot read. A tenth of
 * the files of public pipelines has one of them, mostly `1.`; each is replaced by a form that is as long, so that every place
 * of the text stays what it is.
 */

/** Comments and strings. A string in one line ends with it; one in three quotes may have no end. */
const STRINGS = /#[^\n]*|("""|''')(?:\\[^]|(?!\1)[^\\])*(\1)?|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/g;

/** The same, and the ends of lines. */
const COMMENTS_OR_LINES = new RegExp(`${STRINGS.source}|[\\r\\n]`, 'g');
const MOST_IN_BRACKETS = 2000;

/** The text with blanks in place of strings and comments; as it is where a string in three quotes has no end. */
export function withoutStrings(text: string): string {
  const strings = [...text.matchAll(STRINGS)];
  if (strings.some(({ 1: opening, 2: closing }) => opening !== undefined && closing === undefined)) return text;
  return text.replace(STRINGS, (found) => found.replace(/[^\n]/g, ' '));
}

/** The text with `1.`, a bare `yield`, `with (…):` and `for *a in` in forms that the grammar reads. */
export function repairPython(text: string): string {
  const code = withoutStrings(text);
  const repaired = text.split('');
  const put = (at: number, replacement: string): void => {
    for (const [index, character] of [...replacement].entries()) repaired[at + index] = character;
  };
  for (const { index, 0: found } of code.matchAll(/(?<![\w.])\d[\d_]*\.(?![\d._a-zA-Z]|\s*\.)|(?<![\w.])\d[\d_]*\.(?=[eEjJ])/g)) put(index + found.length - 1, '0');
  for (const { index } of code.matchAll(/\byield(?=[ \t]*(?:[\n\r)\];,#]|$))/g)) put(index, 'None ');
  for (const { index, 0: found } of code.matchAll(/\bfor[ \t]+(?=[^\n:]{0,200}\*)[^\n:]{1,200}?\bin\b/g)) {
    for (const star of found.matchAll(/\*/g)) put(index + star.index, ' ');
  }
  for (const { index, 0: found } of code.matchAll(/\bwith[ \t]*\(/g)) {
    const opening = index + found.length - 1;
    const closing = closingOf(code, opening);
    if (closing === -1 || !/^[ \t]*:/.test(code.slice(closing + 1, closing + 80)) || !/\bas\b/.test(code.slice(opening, closing))) continue;
    put(opening, ' ');
    // A comma before the end would be one too many.
    const last = code.slice(opening, closing).trimEnd();
    put(closing, ' ');
    if (last.endsWith(',')) put(opening + last.length - 1, ' ');
    for (const { index: from, 0: each } of text.slice(opening, closing).matchAll(COMMENTS_OR_LINES)) {
      if (/^[#\r\n]/.test(each)) put(opening + from, ' '.repeat(each.length));
    }
  }
  return repaired.join('');
}

/** The place of the bracket that ends what one begins, -1 without one nearby. */
function closingOf(code: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < Math.min(code.length, opening + MOST_IN_BRACKETS); at += 1) {
    const character = code[at] ?? '';
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character) && --depth === 0) return at;
  }
  return -1;
}
