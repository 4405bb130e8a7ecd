import { DefinitionError } from '../errors';
import { parseAttributeLine } from './attributeLine';
import { isIndexLine, parseIndexLine } from './indexLine';
import type { DefinitionLine, ParsedDefinition } from './model';
import { lineError, Problem } from './problem';
import { parseReferenceLine } from './referenceLine';

/** MySQL's limit for the comment of a table. */
const MAX_TABLE_COMMENT = 2048;

/**
 * Reads a definition: an optional comment of the table, attributes, references and indexes; above `---` what is in the
 * primary key. `tableName` is how messages call the table.
 *
 * The language is datajoint-python 2.3.2's (`declare.prepare_declare`), read more strictly: what it would pass on for
 * the server to stumble over, or silently ignore, is an error here.
 * @throws DefinitionError that names the table, the line and the fix.
 */
export function parseDefinition(text: string, tableName: string): ParsedDefinition {
  const parser = new Parser(text, tableName);
  text.split(/\r?\n/).forEach((line, index) => parser.read(line.trim(), index + 1));
  return parser.finish();
}

class Parser {
  private readonly lines: DefinitionLine[] = [];
  private readonly warnings: string[] = [];
  private comment = '';
  private inKey = true;
  private hasBegun = false;

  constructor(
    private readonly text: string,
    private readonly tableName: string,
  ) {}

  read(line: string, number: number): void {
    if (line === '') return;
    try {
      this.readLine(line, number);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw lineError(this.tableName, this.text, number, `${error.message}${/[.?!]$/.test(error.message) ? '' : '.'}`);
    }
    this.hasBegun = true;
  }

  finish(): ParsedDefinition {
    const { tableName, text, comment, lines, warnings } = this;
    if (lines.length === 0) {
      throw new DefinitionError(
        `${tableName}: the definition has no attributes. Write at least one primary key attribute, for example "${keyExample(tableName)} : int32".`,
      );
    }
    return { tableName, text, comment, lines, warnings };
  }

  private readLine(line: string, number: number): void {
    if (line.startsWith('#')) {
      if (!this.hasBegun) this.comment = tableComment(line);
    } else if (line.startsWith('---')) {
      if (!/^-{3,}\s*(#.*)?$/.test(line)) {
        throw new Problem('the line under the primary key holds only dashes. Write ---');
      }
      if (!this.inKey) {
        throw new Problem('there is a second ---. A definition has one, under its primary key; remove this line');
      }
      this.inKey = false;
    } else if (line.startsWith('->')) {
      this.lines.push(parseReferenceLine(line, number, this.inKey));
    } else if (isIndexLine(line)) {
      this.lines.push(parseIndexLine(line, number));
    } else {
      this.addAttribute(line, number);
    }
  }

  private addAttribute(line: string, number: number): void {
    if (/^-{1,2}(\s|$|>)/.test(line)) {
      throw new Problem('a line under the primary key has three dashes or more. Write ---');
    }
    const { attribute, warning } = parseAttributeLine(line, number, this.inKey);
    const same = this.lines.find((other) => other.kind === 'attribute' && other.name === attribute.name);
    if (same !== undefined) {
      throw new Problem(`"${attribute.name}" is defined already in line ${same.line}. Rename or remove one`);
    }
    this.lines.push(attribute);
    if (warning !== null) this.warnings.push(`${this.tableName}, line ${number}: ${attribute.name}: ${warning}.`);
  }
}

function tableComment(line: string): string {
  const comment = line.slice(1).trim();
  if (comment.startsWith(':')) {
    throw new Problem('the comment of the table must not begin with a colon. Put a word before it');
  }
  if (comment.length > MAX_TABLE_COMMENT) {
    throw new Problem(`the comment of the table is longer than ${MAX_TABLE_COMMENT} characters. Shorten it`);
  }
  return comment;
}

function keyExample(tableName: string): string {
  const name = tableName.split('.').at(-1) ?? '';
  return `${/^[A-Za-z]\w*$/.test(name) ? name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase() : 'item'}_id`;
}
