/** Reads the facts of a Python text. Never fails: half-typed code still counts. */
import type { SyntaxNode } from '@lezer/common';
import type {
  ActivationFact,
  ActivatorCall,
  Binding,
  ClassFact,
  ClassOrName,
  FileFacts,
  MemberFact,
  MethodFact,
  Path,
  TextFact,
} from './facts';
import { LineNumbers } from './lineNumbers';
import { type ParsedPart, parseParts } from './parsedParts';
import { pythonGrammar } from './pythonParser';
import { children, PythonExpressions } from './pythonExpressions';

/** `_make_tuples` comes first: datajoint-python calls it rather than `make` where a class has both. */
const makeMethods = ['_make_tuples', 'make', 'makeTuples', 'make_tuples', 'make_fetch', 'make_compute', 'make_insert'];

export function readPythonFacts(text: string): FileFacts {
  const reader = new FactReader(text);
  for (const part of parseParts(text, pythonGrammar)) reader.read(part);
  return reader;
}

type Within = ActivationFact['within'];

class FactReader implements FileFacts {
  readonly bindings = new Map<string, Binding>();
  readonly exports = new Map<string, Path>();
  readonly passedOn: string[] = [];
  readonly classes: ClassFact[] = [];
  readonly registrations: { callee: Path; target: ClassOrName }[] = [];
  readonly activations: ActivationFact[] = [];
  readonly activatorCalls: ActivatorCall[] = [];
  private readonly lines: LineNumbers;
  private code = new PythonExpressions('');
  private offset = 0;
  /** Functions are read after the file around them, whose names come first. */
  private readonly functions: { readonly body: SyntaxNode; readonly within: Within }[] = [];

  constructor(whole: string) {
    this.lines = new LineNumbers(whole);
  }

  read({ text, tree, offset }: ParsedPart): void {
    this.code = new PythonExpressions(text);
    this.offset = offset;
    this.readBlock(tree.topNode, null);
    for (let next = this.functions.shift(); next !== undefined; next = this.functions.shift()) {
      this.readBlock(next.body, next.within);
    }
  }

  private readBlock(block: SyntaxNode, within: Within): void {
    for (let node = block.firstChild; node !== null; node = node.nextSibling) this.readStatement(node, within);
  }

  private readStatement(node: SyntaxNode, within: Within): void {
    switch (node.name) {
      case 'ImportStatement':
        this.readImport(node);
        break;
      case 'AssignStatement':
        this.readAssignment(node, within);
        break;
      case 'ClassDefinition':
        this.readClass(node, []);
        break;
      case 'DecoratedStatement':
        this.readDecorated(node);
        break;
      case 'FunctionDefinition':
        this.readFunction(node);
        break;
      case 'ExpressionStatement':
        if (node.firstChild?.name === 'CallExpression') this.readCall(node.firstChild, within);
        break;
      default:
        // The blocks of if, try, with, for; statements on one line; what is left of half-typed ones.
        if (/Statement$|^Body$|^StatementGroup$/.test(node.name) || node.type.isError) this.readBlock(node, within);
    }
  }

  private bind(name: string, binding: Binding): void {
    if (name !== '' && !this.bindings.has(name)) this.bindings.set(name, binding);
  }

  private lineOf(node: SyntaxNode): number {
    return this.lines.at(this.offset + node.from);
  }

  /** A block's node reaches up to the next statement: its last line is the last one with something on it. */
  private endLineOf(node: SyntaxNode): number {
    const trailing = /\s*$/.exec(this.code.slice(node))?.[0].length ?? 0;
    return this.lines.at(this.offset + Math.max(node.from, node.to - trailing - 1));
  }

  /** `import a.b as c`, `from .a import b as c, d`, `from a import *`. */
  private readImport(node: SyntaxNode): void {
    const [first, ...rest] = children(node);
    if (first?.name === 'from') {
      const importAt = rest.findIndex((child) => child.name === 'import');
      const module = rest
        .slice(0, Math.max(0, importAt))
        .map((child) => this.code.slice(child))
        .join('');
      if (module === '' || importAt === -1) return;
      const names = rest.slice(importAt + 1);
      if (names.some((child) => child.name === '*')) this.passedOn.push(module);
      for (const { name, local } of this.importedNames(names)) this.bind(local, { kind: 'import', module, name });
      return;
    }
    for (const { name, local } of this.importedNames(rest)) {
      // `import a.b` binds `a`; `import a.b as c` binds the module itself.
      const whole = local === name ? (name.split('.')[0] ?? name) : name;
      this.bind(local === name ? whole : local, { kind: 'import', module: whole, name: null });
    }
  }

  /** Dotted names with what they are called here. */
  private importedNames(nodes: readonly SyntaxNode[]): { name: string; local: string }[] {
    const found: { name: string; local: string }[] = [];
    let state: 'name' | 'dotted' | 'local' = 'name';
    for (const node of nodes) {
      const last = found.at(-1);
      if (node.name === 'as') state = 'local';
      else if (node.name === '.') state = 'dotted';
      else if (node.name === 'VariableName') {
        const name = this.code.slice(node);
        if (state === 'local' && last !== undefined) last.local = name;
        else if (state === 'dotted' && last !== undefined) last.local = last.name = `${last.name}.${name}`;
        else found.push({ name, local: name });
        state = 'name';
      }
    }
    return found;
  }

  /** `a = b = value`, `a: type = value`. */
  private readAssignment(node: SyntaxNode, within: Within): void {
    const parts = children(node);
    const value = parts.at(-1);
    if (value === undefined || parts.at(-2)?.name !== 'AssignOp') return;
    if (value.name === 'CallExpression') this.readCall(value, within);
    for (const [at, target] of parts.entries()) {
      const next = parts[at + 1];
      if (target.name !== 'VariableName' || (next?.name !== 'AssignOp' && next?.name !== 'TypeDef')) continue;
      this.bindValue(this.code.slice(target), value);
    }
  }

  private bindValue(name: string, value: SyntaxNode): void {
    const path = this.code.path(value);
    if (path !== null) this.bind(name, { kind: 'alias', path });
    else if (value.name === 'CallExpression') {
      const callee = this.code.path(value.firstChild);
      const { positional, named } = this.code.argumentsOf(value.getChild('ArgList'));
      const argument = positional[0] ?? named.get('schema_name') ?? null;
      if (callee !== null) this.bind(name, { kind: 'call', callee, argument: argument === null ? null : this.argumentText(argument) });
    } else {
      const text = this.code.textOf(value);
      if (text.some((piece) => piece !== null)) this.bind(name, { kind: 'text', text });
    }
  }

  /** `Schema(None)` is a schema that gets its name later. */
  private argumentText(argument: SyntaxNode): TextFact | null {
    return argument.name === 'None' ? null : this.code.textOf(argument);
  }

  /** `schema(Trace)`, `schema.activate('ephys')`, `session.activate(prefix + 'session')`. */
  private readCall(call: SyntaxNode, within: Within): void {
    const callee = this.code.path(call.firstChild);
    if (callee === null) return;
    const { positional, named } = this.code.argumentsOf(call.getChild('ArgList'));
    const [first] = positional;
    if (callee.at(-1)?.includes('activate') === true) {
      const name = first ?? named.get('schema_name');
      if (callee.length > 1 && name !== undefined) {
        this.activations.push({ schema: callee.slice(0, -1), name: this.code.textOf(name), within });
      }
      this.activatorCalls.push({
        callee,
        positional: positional.map((argument) => this.code.textOf(argument)),
        named: new Map([...named].map(([parameter, argument]) => [parameter, this.code.textOf(argument)])),
      });
      return;
    }
    const target = first === undefined ? null : this.code.path(first);
    if (target !== null) this.registrations.push({ callee, target: { kind: 'name', path: target } });
  }

  private readDecorated(node: SyntaxNode): void {
    const decorators = node.getChildren('Decorator').flatMap((decorator) => {
      // With arguments it is no schema.
      if (decorator.getChild('ArgList') !== null) return [];
      const names = [...decorator.getChildren('VariableName'), ...decorator.getChildren('PropertyName')];
      return names.length === 0 ? [] : [names.map((name) => this.code.slice(name))];
    });
    const definition = node.getChild('ClassDefinition');
    if (definition !== null) this.readClass(definition, decorators);
    const decorated = node.getChild('FunctionDefinition');
    if (decorated !== null) this.readFunction(decorated);
  }

  private readFunction(node: SyntaxNode): void {
    const name = node.getChild('VariableName');
    const body = node.getChild('Body');
    if (name === null || body === null) return;
    const parameters = this.code.parametersOf(node.getChild('ParamList'));
    this.functions.push({ body, within: { name: this.code.slice(name), parameters } });
  }

  private readClass(node: SyntaxNode, decorators: readonly Path[], isMember = false): ClassFact {
    const named = node.getChild('VariableName');
    const name = named === null ? '' : this.code.slice(named);
    const fields = new Map<string, MethodFact>();
    const members: MemberFact[] = [];
    for (const statement of children(node.getChild('Body'))) this.readMember(statement, fields, members);
    const { positional } = this.code.argumentsOf(node.getChild('ArgList'));
    const fact: ClassFact = {
      name,
      isAbstract: false,
      bases: positional.map((base) => this.code.path(base)).filter((path) => path !== null),
      decorators,
      line: this.lineOf(node),
      endLine: this.endLineOf(node),
      makeMethods: makeMethods.map((method) => fields.get(method)).filter((method) => method !== undefined),
      definitionLine: fields.get('definition')?.line ?? null,
      customKeySource: fields.has('key_source'),
      members,
    };
    this.classes.push(fact);
    // A class inside a class is reached through it.
    if (!isMember) this.bind(name, { kind: 'class', fact });
    return fact;
  }

  private readMember(statement: SyntaxNode, fields: Map<string, MethodFact>, members: MemberFact[]): void {
    const holder = statement.name === 'DecoratedStatement' ? statement : null;
    const definition = holder?.getChild('ClassDefinition') ?? (statement.name === 'ClassDefinition' ? statement : null);
    const method = holder?.getChild('FunctionDefinition') ?? (statement.name === 'FunctionDefinition' ? statement : null);
    if (definition !== null) {
      const fact = this.readClass(definition, [], true);
      members.push({ name: fact.name, value: { kind: 'class', fact } });
    } else if (method !== null) this.addField(method.getChild('VariableName'), method, fields);
    else if (statement.name === 'AssignStatement') {
      const [target] = children(statement);
      if (target?.name !== 'VariableName') return;
      this.addField(target, statement, fields);
      const path = this.code.path(statement.lastChild);
      if (path !== null) members.push({ name: this.code.slice(target), value: { kind: 'name', path } });
    }
  }

  private addField(named: SyntaxNode | null, node: SyntaxNode, fields: Map<string, MethodFact>): void {
    const name = named === null ? '' : this.code.slice(named);
    if (name === '' || fields.has(name)) return;
    fields.set(name, { name, line: this.lineOf(node), endLine: this.endLineOf(node) });
  }
}
