/** Small expressions of Python: dotted names, texts, arguments. */
import type { SyntaxNode } from '@lezer/common';
import type { Path, TextFact } from './facts';

export interface CallArguments {
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

/** Reads expressions of one text. */
export class PythonExpressions {
  constructor(private readonly text: string) {}

  slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** A dotted name; null for any other expression. */
  path(node: SyntaxNode | null): Path | null {
    switch (node?.name) {
      case 'VariableName':
        return [this.slice(node)];
      case 'MemberExpression': {
        const object = this.path(node.firstChild);
        const property = node.getChild('PropertyName');
        return object === null || property === null ? null : [...object, this.slice(property)];
      }
      case 'ParenthesizedExpression':
        return this.path(node.firstChild?.nextSibling ?? null);
      default:
        return null;
    }
  }

  /** A text in its pieces; an expression that is no text is one unknown piece. */
  textOf(node: SyntaxNode): TextFact {
    switch (node.name) {
      case 'String':
        return [literalText(this.slice(node))];
      case 'FormatString':
        return this.formatText(node);
      case 'ContinuedString':
        return children(node).flatMap((piece) => this.textOf(piece));
      case 'BinaryExpression': {
        const [left, operator, right] = children(node);
        if (left === undefined || operator === undefined || right === undefined || this.slice(operator) !== '+') return [null];
        return [...this.textOf(left), ...this.textOf(right)];
      }
      case 'ParenthesizedExpression': {
        const inner = node.firstChild?.nextSibling ?? null;
        return inner === null ? [null] : this.textOf(inner);
      }
      default:
        return [this.path(node)];
    }
  }

  private formatText(node: SyntaxNode): TextFact {
    const whole = this.slice(node);
    const opening = /^\w*(?:"""|'''|"|')/.exec(whole)?.[0] ?? '';
    const quotes = opening.replace(/^\w*/, '');
    const pieces: (string | Path | null)[] = [];
    let from = node.from + opening.length;
    for (const replacement of node.getChildren('FormatReplacement')) {
      pieces.push(this.text.slice(from, replacement.from));
      const [, value, after] = children(replacement);
      // A format or a conversion makes another text of the value.
      pieces.push(value === undefined || after?.name !== '}' ? null : this.path(value));
      from = replacement.to;
    }
    pieces.push(this.text.slice(from, node.to - (whole.endsWith(quotes) ? quotes.length : 0)));
    return pieces.filter((piece) => piece !== '');
  }

  /** The arguments of a call or the bases of a class, without what a star unpacks. */
  argumentsOf(list: SyntaxNode | null): CallArguments {
    const positional: SyntaxNode[] = [];
    const named = new Map<string, SyntaxNode>();
    let name: string | null = null;
    let starred = false;
    for (const node of children(list)) {
      if (node.name === ',' || node.name === '(' || node.name === ')') starred = false;
      else if (node.name === '*' || node.name === '**') starred = true;
      else if (node.name === 'VariableName' && node.nextSibling?.name === 'AssignOp') name = this.slice(node);
      else if (node.name === 'AssignOp' || node.type.isError || starred) continue;
      else if (name === null) positional.push(node);
      else {
        named.set(name, node);
        name = null;
      }
    }
    return { positional, named };
  }

  /** The names of a function's parameters, in order. */
  parametersOf(list: SyntaxNode | null): string[] {
    // What follows `=` is a default.
    return children(list)
      .filter((node) => node.name === 'VariableName' && node.prevSibling?.name !== 'AssignOp')
      .map((node) => this.slice(node));
  }
}

export function children(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** The content of a string as written; null for bytes and for one whose escapes would change it. */
function literalText(source: string): string | null {
  const [, prefix = '', , content = ''] = /^(\w*)("""|'''|"|')([^]*?)\2?$/.exec(source) ?? [];
  if (/b/i.test(prefix)) return null;
  return content.includes('\\') && !/r/i.test(prefix) ? null : content;
}
