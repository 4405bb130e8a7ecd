/** SQL's LIKE without regard to case: `%` stands for any text, `_` for one character, a backslash takes their meaning. */
export function like(text: string, pattern: string): boolean {
  const characters = [...text.toLowerCase()];
  const parts = parse(pattern.toLowerCase());
  let position = 0;
  let part = 0;
  // Where the last `%` stands, and from where the text after it is tried: one step further for each failure.
  let star = -1;
  let from = 0;
  while (position < characters.length) {
    const wanted = parts[part];
    if (wanted === 'any') {
      star = part;
      from = position;
      part += 1;
    } else if (wanted !== undefined && (wanted === 'one' || wanted.literal === characters[position])) {
      part += 1;
      position += 1;
    } else if (star >= 0) {
      part = star + 1;
      from += 1;
      position = from;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((rest) => rest === 'any');
}

type Part = 'any' | 'one' | { readonly literal: string };

function parse(pattern: string): Part[] {
  const parts: Part[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) parts.push({ literal: character });
    else if (character === '%') parts.push('any');
    else if (character === '_') parts.push('one');
    else if (character !== '\\') parts.push({ literal: character });
    escaped = !escaped && character === '\\';
  }
  if (escaped) parts.push({ literal: '\\' });
  return parts;
}
