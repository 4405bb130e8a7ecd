/** Reads the facts of a TypeScript or JavaScript text. Never fails: half-typed code still counts. */
import type { SyntaxNode } from '@lezer/common';
import type { Binding, BoundName, ClassFact, ClassOrName, FileFacts, MemberFact, MethodFact, Path, RegistrationFact, TextFact } from './facts';
import { LineNumbers } from './lineNumbers';
import { type ParsedPart, parseParts } from './parsedParts';
import { isStrayDecorator, typescriptGrammar } from './typescriptParser';

/** In the order in which "go to make" prefers them. */
const makeMethods = ['make', 'makeTuples', '_make_tuples', 'makeFetch', 'makeCompute', 'makeInsert'];

export function readFacts(text: string): FileFacts {
  const reader = new FactReader(text);
  for (const part of parseParts(text, typescriptGrammar)) reader.read(part);
  return reader;
}

class FactReader implements FileFacts {
  readonly bindings = new Map<string, readonly BoundName[]>();
  readonly exports = new Map<string, Path>();
  readonly passedOn: string[] = [];
  readonly classes: ClassFact[] = [];
  readonly registrations: RegistrationFact[] = [];
  readonly activations = [];
  readonly calls = [];
  readonly submodules = [];
  readonly publicNames = null;
  private readonly lines: LineNumbers;
  private text = '';
  private offset = 0;
  /** The part's classes by position: an expression is met from its variable and again on its own. */
  private classAt = new Map<number, ClassFact>();

  constructor(whole: string) {
    this.lines = new LineNumbers(whole);
  }

  read({ text, tree, offset }: ParsedPart): void {
    this.text = text;
    this.offset = offset;
    this.classAt = new Map();
    tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'ImportDeclaration') this.readImport(node);
        else if (name === 'ExportDeclaration') this.readExport(node);
        else if (name === 'VariableDeclaration') this.readVariables(node);
        else if (name === 'ClassDeclaration' || name === 'ClassExpression') this.readClass(node);
        else if (name === 'CallExpression') this.readRegistration(node);
      },
    });
  }

  private lineOf(node: SyntaxNode): number {
    return this.lines.at(this.offset + node.from);
  }

  private endLineOf(node: SyntaxNode): number {
    return this.lines.at(this.offset + node.to);
  }

  private bind(name: string, binding: Binding): void {
    // Scopes are not told apart: in a pipeline file, one name means one thing. The first binding wins.
    if (name !== '' && !this.bindings.has(name)) this.bindings.set(name, [{ binding, position: 0, isConditional: false }]);
  }

  private slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** The content of a string without escapes or substitutions; null for any other expression. */
  private literal(node: SyntaxNode | null): string | null {
    const text = this.textOf(node);
    return text?.length === 1 && typeof text[0] === 'string' ? text[0] : null;
  }

  /** A string in its pieces; null for any other expression, and for one with escapes. */
  private textOf(node: SyntaxNode | null): TextFact | null {
    if (node?.name !== 'String' && node?.name !== 'TemplateString') return null;
    const pieces: (string | Path | null)[] = [];
    let from = node.from + 1;
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (child.name !== 'Interpolation') return null;
      const value = this.path(child.firstChild?.nextSibling ?? null);
      pieces.push(this.text.slice(from, child.from), value);
      from = child.to;
    }
    pieces.push(this.text.slice(from, node.to - 1));
    return pieces.length === 1 ? pieces : pieces.filter((piece) => piece !== '');
  }

  private path(node: SyntaxNode | null): Path | null {
    switch (node?.name) {
      case 'VariableName':
      case 'VariableDefinition':
        return [this.slice(node)];
      case 'MemberExpression': {
        const object = this.path(node.firstChild);
        const property = node.getChild('PropertyName');
        return object === null || property === null ? null : [...object, this.slice(property)];
      }
      case 'ParenthesizedExpression':
        return this.path(node.firstChild?.nextSibling ?? null);
      case 'InstantiationExpression':
      case 'SatisfiesExpression':
        return this.path(node.firstChild);
      default:
        return null;
    }
  }

  private readImport(node: SyntaxNode): void {
    const module = this.literal(node.getChild('String'));
    if (module === null) return;
    const star = node.getChild('Star');
    for (const local of node.getChildren('VariableDefinition')) {
      this.bind(this.slice(local), { kind: 'import', module, name: star === null ? 'default' : null });
    }
    for (const { imported, local } of this.specifiers(node.getChild('ImportGroup'))) {
      this.bind(local, { kind: 'import', module, name: imported });
    }
  }

  /** `{ a, b as c }`: the name there and the name here. */
  private specifiers(group: SyntaxNode | null): { imported: string; local: string }[] {
    const found: { imported: string; local: string }[] = [];
    let renaming = false;
    for (let child = group?.firstChild ?? null; child !== null; child = child.nextSibling) {
      const last = found.at(-1);
      if (child.name === 'as') renaming = true;
      else if (child.name === 'VariableName' || child.name === 'VariableDefinition') {
        const name = this.slice(child);
        if (renaming && last !== undefined) last.local = name;
        else found.push({ imported: name, local: name });
        renaming = false;
      }
    }
    return found;
  }

  private readExport(node: SyntaxNode): void {
    const module = this.literal(node.getChild('String'));
    if (module !== null && node.getChild('Star') !== null) {
      const whole = node.getChild('VariableName');
      if (whole === null) this.passedOn.push(module);
      else this.exportFrom(module, null, this.slice(whole));
      return;
    }
    for (const { imported, local } of this.specifiers(node.getChild('ExportGroup'))) {
      if (module === null) this.exports.set(local, [imported]);
      else this.exportFrom(module, imported, local);
    }
    const declared = node.getChild('ClassDeclaration') ?? node.getChild('VariableDeclaration');
    for (const name of declared?.getChildren('VariableDefinition') ?? []) {
      this.exports.set(this.slice(name), [this.slice(name)]);
    }
    if (node.getChild('default') !== null) {
      const value = this.path(declared?.getChild('VariableDefinition') ?? node.getChild('VariableName'));
      if (value !== null) this.exports.set('default', value);
    }
  }

  /** A name of another module that passes through: bound under a name that no source can have. */
  private exportFrom(module: string, name: string | null, exported: string): void {
    const hidden = `${module}#${name ?? '*'}`;
    this.bind(hidden, { kind: 'import', module, name });
    this.exports.set(exported, [hidden]);
  }

  private readVariables(node: SyntaxNode): void {
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (child.name !== 'VariableDefinition' && child.name !== 'ObjectPattern') continue;
      const value = initializer(child);
      if (child.name === 'ObjectPattern') this.readPattern(child, value);
      else this.bindValue(this.slice(child), value);
    }
  }

  private bindValue(name: string, value: SyntaxNode | null): void {
    if (value === null) return;
    const text = this.textOf(value);
    const path = this.path(value);
    const module = this.requiredModule(value);
    if (text !== null) this.bind(name, { kind: 'text', text });
    else if (path !== null) this.bind(name, { kind: 'alias', path });
    else if (module !== null) this.bind(name, { kind: 'import', module, name: null });
    else if (value.name === 'ClassExpression') this.bind(name, { kind: 'class', fact: this.readClass(value, name) });
    else if (value.name === 'CallExpression' || value.name === 'NewExpression') this.bindCall(name, value);
  }

  private bindCall(name: string, call: SyntaxNode): void {
    const callee = this.path(call.name === 'NewExpression' ? (call.firstChild?.nextSibling ?? null) : call.firstChild);
    if (callee === null) return;
    const argument = firstArgument(call);
    if (argument?.name === 'ClassExpression') {
      this.bind(name, { kind: 'class', fact: this.readClass(argument, name) });
      return;
    }
    const path = this.path(argument);
    const unknown = argument === null ? null : [null];
    const text = this.textOf(argument) ?? (path === null ? unknown : [path]);
    this.bind(name, { kind: 'call', call: { callee, positional: text === null ? [] : [text], named: new Map() }, argument: text });
  }

  /** `const { Computed, schema: make } = dj` or `= require('…')`. */
  private readPattern(pattern: SyntaxNode, value: SyntaxNode | null): void {
    const module = this.requiredModule(value);
    const source = this.path(value);
    for (const property of pattern.getChildren('PatternProperty')) {
      const variable = property.getChild('VariableDefinition');
      if (variable === null) continue;
      const local = this.slice(variable);
      const key = property.getChild('PropertyName');
      const name = key === null ? local : this.slice(key);
      if (module !== null) this.bind(local, { kind: 'import', module, name });
      else if (source !== null) this.bind(local, { kind: 'alias', path: [...source, name] });
    }
  }

  /** The module of `require('…')` or `await import('…')`; null for anything else. */
  private requiredModule(value: SyntaxNode | null): string | null {
    const call = value?.name === 'AwaitExpression' ? value.lastChild : value;
    if (call?.name === 'DynamicImport') return this.literal(call.getChild('String') ?? firstArgument(call));
    const callee = call?.name === 'CallExpression' ? call.firstChild : null;
    return call && callee && this.slice(callee) === 'require' ? this.literal(firstArgument(call)) : null;
  }

  private readRegistration(call: SyntaxNode): void {
    const callee = this.path(call.firstChild);
    const argument = firstArgument(call);
    const target = this.classOrName(argument);
    if (callee !== null && target !== null) this.registrations.push({ callee, target, position: this.offset + call.from });
  }

  private readClass(node: SyntaxNode, boundTo = ''): ClassFact {
    const known = this.classAt.get(node.from);
    if (known !== undefined) return known;
    const own = node.getChild('VariableDefinition');
    const name = own === null ? boundTo : this.slice(own);
    const keyword = node.getChild('class') ?? node;
    const methods = new Map<string, MethodFact>();
    const members: MemberFact[] = [];
    for (let child = node.getChild('ClassBody')?.firstChild ?? null; child !== null; child = child.nextSibling) {
      const key = child.getChild('PropertyDefinition');
      if (key === null) continue;
      const field = this.slice(key);
      if (!methods.has(field)) {
        methods.set(field, { name: field, line: this.lineOf(key), endLine: this.endLineOf(child) });
      }
      const value = child.getChild('static') === null ? null : initializer(key);
      const member = this.classOrName(value, field);
      if (member !== null) members.push({ name: field, value: member });
    }
    const base = this.path(node.getChild('extends')?.nextSibling ?? null);
    const fact: ClassFact = {
      name,
      isAbstract: node.getChild('abstract') !== null,
      bases: base === null ? [] : [base],
      decorators: this.decorators(node),
      position: this.offset + node.from,
      line: this.lineOf(keyword),
      endLine: this.endLineOf(node),
      makeMethods: makeMethods.map((method) => methods.get(method)).filter((method) => method !== undefined),
      definitionLine: methods.get('definition')?.line ?? null,
      customKeySource: methods.has('keySource'),
      members,
    };
    this.classAt.set(node.from, fact);
    this.classes.push(fact);
    if (own !== null) this.bind(name, { kind: 'class', fact });
    return fact;
  }

  private classOrName(node: SyntaxNode | null, boundTo = ''): ClassOrName | null {
    if (node?.name === 'ClassExpression') return { kind: 'class', fact: this.readClass(node, boundTo) };
    const path = this.path(node);
    return path === null ? null : { kind: 'name', path };
  }

  private decorators(node: SyntaxNode): Path[] {
    const exported = node.parent?.name === 'ExportDeclaration' ? node.parent : null;
    const before = (exported ?? node).prevSibling;
    return [before !== null && isStrayDecorator(before) ? before : null, exported, node]
      .flatMap((holder) => holder?.getChildren('Decorator') ?? [])
      .map((decorator) => this.path(decorator.firstChild?.nextSibling ?? null))
      .filter((path) => path !== null);
  }
}

/** What stands after the `=` that follows a name, a type annotation in between or not. */
function initializer(name: SyntaxNode): SyntaxNode | null {
  for (let next = name.nextSibling; next !== null; next = next.nextSibling) {
    if (next.name === 'Equals') return next.nextSibling;
    if (next.name !== 'TypeAnnotation' && next.name !== 'LogicOp') return null;
  }
  return null;
}

function firstArgument(call: SyntaxNode): SyntaxNode | null {
  const first = call.getChild('ArgList')?.firstChild?.nextSibling ?? null;
  return first === null || first.name === ')' || first.type.isError ? null : first;
}
