/**
 * Text from outside (databases, stacks, files, servers) made fit to be shown: without control sequences and without the
 * characters that change the direction of what stands beside them. All expressions are linear: no class that repeats
 * contains the characters with which a match begins.
 */

/** `ESC [ … letter` and its form in one character, such as colours and moves of the cursor. */
const controlSequence = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?/g;

/** What a terminal takes as a message to itself (its title, the clipboard, links), with the end that the text gives it. */
const stringSequence = /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u001b\u0007\u0090\u0098\u009c-\u009f]*(?:\u0007|\u009c|\u001b\\)/g;

/** The other sequences that begin with ESC; those of a string without an end lose their beginning only. */
const shortSequence = /\u001b[ -/]*[0-~]?/g;

/** C0, DEL and C1, but tab and line feed. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;

/** Marks that turn the direction of text, as in Unicode's bidirectional algorithm (UAX 9), and characters of no width that hide text. */
const hidden = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** As `controls` and `hidden`, and the line breaks that only some readers know. */
const unsafeInJson = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text that may be written to a terminal or a page: without control sequences, control characters other than tab and line
 * feed, and marks of direction. Every kind of line break becomes a line feed.
 * @example plainText('a\u001b[31mb\u001b[0m\r\nc') // 'ab\nc'
 */
export function plainText(text: string): string {
  return text
    .replace(stringSequence, '')
    .replace(controlSequence, '')
    .replace(shortSequence, '')
    .replace(/\r\n|[\r\u0085\u2028\u2029]/g, '\n')
    .replace(controls, ' ')
    .replace(hidden, '');
}

/**
 * As `plainText`, on one line, without white space around it: each run of line breaks and tabs becomes a space.
 * @example plainLine('two\nlines ') // 'two lines'
 */
export function plainLine(text: string): string {
  return plainText(text).replace(/[\n\t]+/g, ' ').trim();
}

/**
 * JSON text in which every character that a terminal or an editor acts upon is an escape. It says the same.
 * @param json what `JSON.stringify` made
 */
export function escapeInJson(json: string): string {
  return json.replace(unsafeInJson, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
