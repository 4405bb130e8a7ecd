/** Parses a source so that an error in one class does not hide the others. */
import type { SyntaxNodeRef, Tree } from '@lezer/common';

/** A part of a source and its tree, whose positions count from the part's start. */
export interface ParsedPart {
  readonly text: string;
  readonly tree: Tree;
  /** Where the part starts in the whole text. */
  readonly offset: number;
}

export interface Grammar {
  parse(text: string): Tree;
  /** The text with what the grammar cannot read, though the language can, replaced by something as long that it can. */
  repair(text: string): string;
  /** The text with blanks in place of strings and comments, which look like code. */
  withoutStrings(text: string): string;
  /** Global; matches where a line starts a statement of the file itself, as people indent. */
  readonly statementStart: RegExp;
  /** An error of the tree that the grammar always has there, and that hides nothing. */
  isHarmless(error: SyntaxNodeRef): boolean;
}

/**
 * The whole text as one part. When it has errors, each stretch that starts at the left margin is a part instead: an
 * unclosed brace or string would otherwise swallow the classes after it.
 */
export function parseParts(text: string, grammar: Grammar): ParsedPart[] {
  const whole = { text, tree: grammar.parse(text), offset: 0 };
  if (!hasErrors(whole.tree, grammar)) return [whole];
  const repaired = grammar.repair(text);
  const tree = repaired === text ? whole.tree : grammar.parse(repaired);
  if (!hasErrors(tree, grammar)) return [{ text, tree, offset: 0 }];
  const starts = stretchStarts(grammar.withoutStrings(text), grammar.statementStart);
  return starts.map((offset, index) => {
    const end = starts[index + 1];
    return { text: text.slice(offset, end), tree: grammar.parse(repaired.slice(offset, end)), offset };
  });
}

function hasErrors(tree: Tree, grammar: Grammar): boolean {
  let found = false;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && !grammar.isHarmless(node)) found = true;
      return !found;
    },
  });
  return found;
}

function stretchStarts(text: string, statementStart: RegExp): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(statementStart)) {
    const since = text.slice(starts.at(-1), index);
    // Decorators belong to the class that follows them.
    if (index > 0 && !/^(?:@[^\n]*\s*)+$/.test(since)) starts.push(index);
  }
  return starts;
}
