/** Small expressions of Python: dotted names, texts, arguments. */
import type { SyntaxNode } from '@lezer/common';
import { type CallFact, maxTextLength, type Parameter, type Path, type TextFact, type TextPiece } from './facts';

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
        if (left === undefined || operator === undefined || right === undefined) return [null];
        return this.binaryText(left, this.slice(operator), right);
      }
      case 'ConditionalExpression': {
        const [first, , , , second] = children(node);
        return first === undefined || second === undefined ? [null] : [{ oneOf: [this.textOf(first), this.textOf(second)] }];
      }
      case 'CallExpression':
        return this.callText(node);
      case 'ParenthesizedExpression': {
        const inner = node.firstChild?.nextSibling ?? null;
        return inner === null ? [null] : this.textOf(inner);
      }
      default:
        return [this.path(node)];
    }
  }

  /** A call with its arguments; null where what it calls has no name. */
  callOf(node: SyntaxNode): CallFact | null {
    const callee = this.path(node.firstChild);
    return callee === null ? null : this.callWith(callee, node.getChild('ArgList'));
  }

  callWith(callee: Path, list: SyntaxNode | null): CallFact {
    const { positional, named } = this.argumentsOf(list);
    return {
      callee,
      positional: positional.map((argument) => this.textOf(argument)),
      named: new Map([...named].map(([name, argument]) => [name, this.textOf(argument)])),
    };
  }

  /** Dotted names with what they are called here. */
  importedNames(nodes: readonly SyntaxNode[]): { name: string; local: string }[] {
    const found: { name: string; local: string }[] = [];
    let state: 'name' | 'dotted' | 'local' = 'name';
    for (const node of nodes) {
      const last = found.at(-1);
      if (node.name === 'as') state = 'local';
      else if (node.name === '.') state = 'dotted';
      else if (node.name === 'VariableName') {
        const name = this.slice(node);
        if (state === 'local' && last !== undefined) last.local = name;
        else if (state === 'dotted' && last !== undefined) last.local = last.name = `${last.name}.${name}`;
        else found.push({ name, local: name });
        state = 'name';
      }
    }
    return found;
  }

  /** The strings of a list; null for anything else. */
  literalsOf(node: SyntaxNode): string[] | null {
    if (!/^(?:Array|Tuple)Expression$/.test(node.name)) return null;
    const texts = items(node).filter(({ name }) => name === 'String').map((item) => this.literal(item));
    return texts.every((text) => text !== null) ? texts : null;
  }

  private binaryText(left: SyntaxNode, operator: string, right: SyntaxNode): TextFact {
    if (operator === '+') return [...this.textOf(left), ...this.textOf(right)];
    if (operator === 'or') return [{ oneOf: [this.textOf(left), this.textOf(right)] }];
    const pattern = operator === '%' ? this.literal(left) : null;
    if (pattern === null) return [null];
    const values = right.name === 'TupleExpression' ? items(right) : [right];
    return this.filled(pattern, PERCENT, (name, at) => (name === '' ? values[at] : undefined));
  }

  /** What tells itself of a call's result: texts that are put together, and defaults of what is looked up. */
  private callText(node: SyntaxNode): TextFact {
    const callee = node.firstChild;
    const method = callee?.name === 'MemberExpression' ? callee.getChild('PropertyName') : null;
    const name = method === null ? this.path(callee)?.at(-1) : this.slice(method);
    const { positional, named } = this.argumentsOf(node.getChild('ArgList'));
    const [first, second, third] = positional;
    const pattern = method === null ? null : this.literal(callee?.firstChild ?? null);
    if (pattern !== null && name === 'format') {
      return this.filled(pattern, BRACES, (field, at) => (/^\d*$/.test(field) ? positional[field === '' ? at : Number(field)] : named.get(field)));
    }
    if (pattern !== null && name === 'join' && first !== undefined && /^(?:Array|Tuple)Expression$/.test(first.name)) {
      return items(first).flatMap((item, at) => [...(at === 0 ? [] : [pattern]), ...this.textOf(item)]);
    }
    const fallback = name === 'getattr' ? third : (second ?? named.get('default'));
    if (['get', 'getenv', 'getattr', 'setdefault', 'pop'].includes(name ?? '')) {
      return fallback === undefined ? [null] : [{ oneOf: [this.textOf(fallback)] }];
    }
    if (name === 'str' && first !== undefined) return this.textOf(first);
    return [this.callOf(node)];
  }

  /** The text that a pattern makes of values; null for those whose form is changed. */
  private filled(pattern: string, fields: RegExp, valueOf: (name: string, at: number) => SyntaxNode | undefined): TextFact {
    const pieces: TextPiece[] = [];
    let from = 0;
    let at = 0;
    for (const { 0: field, 1: name = '', 2: form = '', index } of pattern.matchAll(fields)) {
      pieces.push(pattern.slice(from, index));
      from = index + field.length;
      if (/^(?:%%|\{\{|\}\})$/.test(field)) {
        // A doubled sign stands for itself.
        pieces.push(field.charAt(0));
        continue;
      }
      const value = form === '' || form === 's' ? valueOf(name, at) : undefined;
      pieces.push(...(value === undefined ? [null] : this.textOf(value)));
      at += 1;
    }
    return [...pieces, pattern.slice(from)].filter((piece) => piece !== '');
  }

  private literal(node: SyntaxNode | null): string | null {
    const [text, more] = node?.name === 'String' || node?.name === 'ContinuedString' ? this.textOf(node) : [];
    return typeof text === 'string' && more === undefined ? text : null;
  }

  private formatText(node: SyntaxNode): TextFact {
    const whole = this.slice(node);
    const opening = /^\w*(?:"""|'''|"|')/.exec(whole)?.[0] ?? '';
    const quotes = opening.replace(/^\w*/, '');
    const pieces: TextPiece[] = [];
    let from = node.from + opening.length;
    for (const replacement of node.getChildren('FormatReplacement')) {
      pieces.push(this.text.slice(from, replacement.from));
      const [, value, after] = children(replacement);
      // A format or a conversion makes another text of the value.
      pieces.push(...(value === undefined || after?.name !== '}' ? [null] : this.textOf(value)));
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

  /** A function's parameters, in order. */
  parametersOf(list: SyntaxNode | null): Parameter[] {
    const found: { name: string; default: TextFact | null }[] = [];
    for (const node of children(list)) {
      const last = found.at(-1);
      if (node.prevSibling?.name === 'AssignOp') {
        if (last !== undefined) last.default = node.name === 'None' ? null : this.textOf(node);
      } else if (node.name === 'VariableName') found.push({ name: this.slice(node), default: null });
    }
    return found;
  }
}

/** Fields of `'%s_%s' % …` and of `'{}_{name}'.format(…)`: the name and the form. */
const PERCENT = /%%|%(?:\((\w*)\))?([-+ #0-9.]*[a-z])/g;
const BRACES = /\{\{|\}\}|\{(\w*)((?:![rsa])?(?::[^{}]*)?)\}/g;

/** What stands in `[…]` or `(…)`, without what a star unpacks. */
const items = (node: SyntaxNode): SyntaxNode[] => children(node).filter(({ name }) => !/^[[\](),*]$/.test(name));

export function children(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** The content of a string as written; null for bytes and for one whose escapes would change it. */
function literalText(source: string): string | null {
  const [, prefix = '', , content = ''] = /^(\w*)("""|'''|"|')([^]*?)\2?$/.exec(source) ?? [];
  if (/b/i.test(prefix)) return null;
  return (content.includes('\\') && !/r/i.test(prefix)) || content.length > maxTextLength ? null : content;
}
