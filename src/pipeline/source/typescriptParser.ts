/** Parses TypeScript so that an error in one class does not hide the others. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/javascript';

const typescriptParser = parser.configure({ dialect: 'ts' });

/** A line that starts a statement of the file itself, as people indent. */
const statementStart = /^(?=@|(?:export|import|(?:abstract\s+)?class|const|let|(?:async\s+)?function)(?![\w$]))/gm;

/** A part of a source and its tree, whose positions count from the part's start. */
export interface ParsedPart {
  readonly text: string;
  readonly tree: Tree;
  /** Where the part starts in the whole text. */
  readonly offset: number;
}

/**
 * The whole text as one part. When it has errors, each stretch that starts at the left margin is a part instead: an
 * unclosed brace or string would otherwise swallow the classes after it.
 */
export function parseSource(text: string): ParsedPart[] {
  const whole = { text, tree: typescriptParser.parse(text), offset: 0 };
  if (!hasErrors(whole.tree)) return [whole];
  const starts = stretchStarts(text);
  return starts.map((offset, index) => {
    const stretch = text.slice(offset, starts[index + 1]);
    return { text: stretch, tree: typescriptParser.parse(stretch), offset };
  });
}

/** `@schema export class …`: the parser leaves the decorators in an empty declaration before the export. */
export function isStrayDecorator(node: SyntaxNode): boolean {
  return node.name === 'ClassDeclaration' && node.getChild('Decorator') !== null && node.getChild('class') === null;
}

function hasErrors(tree: Tree): boolean {
  let found = false;
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.isError && !(node.parent !== null && isStrayDecorator(node.parent))) found = true;
      return !found;
    },
  });
  return found;
}

function stretchStarts(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(statementStart)) {
    const since = text.slice(starts.at(-1), index);
    // Decorators belong to the class that follows them.
    if (index > 0 && !/^(?:@[^\n]*\s*)+$/.test(since)) starts.push(index);
  }
  return starts;
}
