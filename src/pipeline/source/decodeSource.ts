/** The first two lines may name the encoding, as PEP 263 has it: `# -*- coding: latin-1 -*-`. */
const codingLine = /^[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)/;

/**
 * The text of a source file: UTF-8 with or without a byte order mark, or what its first lines say. Bytes that do not fit
 * become replacement characters: names and line numbers stay right.
 */
export function decodeSource(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 400)).toString('latin1');
  const [first = '', second = ''] = head.split(/\r?\n/, 2);
  const named = (codingLine.exec(first) ?? (/^\s*(?:#|$)/.test(first) ? codingLine.exec(second) : null))?.[1];
  return decoded(bytes, named);
}

/** Python's names for what the web calls windows-1252. */
const westernNames = /^(?:latin[-_]?1|iso[-_]8859[-_]1|cp1252)$/i;

function decoded(bytes: Uint8Array, encoding: string | undefined): string {
  try {
    const label = encoding === undefined ? 'utf-8' : encoding.replace(westernNames, 'windows-1252');
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
