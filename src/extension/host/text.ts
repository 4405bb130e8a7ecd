/** Text as the editor may show it. The editor reads some of it as more than text: this is where that ends. Pure. */
import { plainLine, plainText } from '../../text';

/** Longest text of a row, a title or a button, in characters. */
export const mostOfLabel = 400;
/** Longest text of a notification, a tooltip or the detail of a question, in characters. */
export const mostOfMessage = 2000;

/**
 * A line that the editor shows as it is: no link (`[label](command:…)` in notifications), no icon (`$(name)` in lists), no
 * variable (`${command:…}` in names of tasks and debuggers), no control character, no mark of direction.
 * @param most its longest length, in characters; what is longer ends with `…`
 * @example shownLine('[Repair](command:run) $(zap)') // '[Repair] (command:run) $ (zap)'
 */
export function shownLine(text: string, most: number = mostOfLabel): string {
  return cut(inert(plainLine(text.slice(0, 2 * most))), most);
}

/** As `shownLine`, with its line breaks. */
export function shownText(text: string, most: number = mostOfMessage): string {
  return cut(inert(plainText(text.slice(0, 2 * most))), most);
}

/** A space keeps apart what the editor looks for together. */
function inert(text: string): string {
  return text.replaceAll('](', '] (').replaceAll('$(', '$ (').replaceAll('${', '$ {');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
