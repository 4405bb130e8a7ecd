/** Two messages that begin alike for so long are of one kind. */
const MOST_COMPARED = 4096;

/**
 * What a message says apart from the values in it, so that failures of one kind group together: `RangeError: gain is
 * zero for {"session_idx":3}` and `…{"session_idx":5}` have one signature. Reads a message in a few passes: thousands are compared.
 */
export function failureSignature(message: string): string {
  return withoutQuoted(withoutBracketed(message.slice(0, MOST_COMPARED)))
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…')
    .replace(/[-+]?\d{1,400}(?:\.\d{1,400})?(?:e[-+]?\d{1,9})?/gi, '…')
    .trim();
}

/** From the first bracket to the last one that closes its kind, there is one value. */
function withoutBracketed(text: string): string {
  const closing: Readonly<Record<string, number>> = { '{': text.lastIndexOf('}'), '[': text.lastIndexOf(']') };
  return replaced(text, (character, at) => ((closing[character] ?? -1) > at ? (closing[character] ?? -1) : -1));
}

function withoutQuoted(text: string): string {
  const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”' };
  const last = Object.fromEntries(Object.values(closers).map((closer) => [closer, text.lastIndexOf(closer)]));
  return replaced(text, (character, at) => {
    const closer = closers[character];
    return closer !== undefined && (last[closer] ?? -1) > at ? text.indexOf(closer, at + 1) : -1;
  });
}

/** @param endOf where the value ends that begins with a character; -1 where none begins */
function replaced(text: string, endOf: (character: string, at: number) => number): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const end = endOf(character, at);
    result += end === -1 ? character : '…';
    if (end !== -1) at = end;
  }
  return result;
}
