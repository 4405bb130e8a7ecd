/** Reads the facts of a Python text. Never fails: half-typed code still counts. */
import type { SyntaxNode } from '@lezer/common';
import type {
  ActivationFact,
  Binding,
  BoundName,
  CallStatement,
  ClassFact,
  FileFacts,
  MemberFact,
  MethodFact,
  Path,
  RegistrationFact,
  TextFact,
  Within,
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

/** Where a statement stands. */
interface Place {
  /** Null as the file is imported. */
  readonly within: Within | null;
  /** In a branch or a loop. */
  readonly isConditional: boolean;
}

const atMargin: Place = { within: null, isConditional: false };
/** Statements whose blocks may not run. */
const conditional = /^(?:If|Try|For|While|Match)Statement$/;
/** Beyond this a name is no setting that has a few values. */
const mostMeanings = 8;

class FactReader implements FileFacts {
  readonly bindings = new Map<string, BoundName[]>();
  readonly exports = new Map<string, Path>();
  readonly passedOn: string[] = [];
  readonly submodules: string[] = [];
  readonly classes: ClassFact[] = [];
  readonly registrations: RegistrationFact[] = [];
  readonly activations: ActivationFact[] = [];
  readonly calls: CallStatement[] = [];
  publicNames: ReadonlySet<string> | null = null;
  private readonly lines: LineNumbers;
  private code = new PythonExpressions('');
  private offset = 0;
  /** Functions are read after the file around them, whose names come first. */
  private readonly functions: { readonly body: SyntaxNode; readonly within: Within }[] = [];
  /** Names that the file itself has: those of its functions are others. */
  private readonly ownNames = new Set<string>();

  constructor(whole: string) {
    this.lines = new LineNumbers(whole);
  }

  read({ text, tree, offset }: ParsedPart): void {
    this.code = new PythonExpressions(text);
    this.offset = offset;
    this.readBlock(tree.topNode, atMargin);
    for (let next = this.functions.shift(); next !== undefined; next = this.functions.shift()) {
      this.readBlock(next.body, { within: next.within, isConditional: true });
    }
  }

  private readBlock(block: SyntaxNode, place: Place): void {
    for (let node = block.firstChild; node !== null; node = node.nextSibling) this.readStatement(node, place);
  }

  private readStatement(node: SyntaxNode, place: Place): void {
    switch (node.name) {
      case 'ImportStatement':
        this.readImport(node, place);
        break;
      case 'AssignStatement':
        this.readAssignment(node, place);
        break;
      case 'ClassDefinition':
        this.bindClass(this.readClass(node, []), node, place);
        break;
      case 'DecoratedStatement':
        this.readDecorated(node, place);
        break;
      case 'FunctionDefinition':
        this.readFunction(node, place);
        break;
      case 'ExpressionStatement':
        if (node.firstChild?.name === 'CallExpression') this.readCall(node.firstChild, place);
        break;
      default:
        // The blocks of if, try, with, for; statements on one line; what is left of half-typed ones.
        if (/Statement$|^Body$|^StatementGroup$/.test(node.name) || node.type.isError) {
          this.readBlock(node, conditional.test(node.name) ? { ...place, isConditional: true } : place);
        }
    }
  }

  private bind(name: string, binding: Binding, node: SyntaxNode, { within, isConditional }: Place): void {
    if (name === '' || (within !== null && this.ownNames.has(name))) return;
    if (within === null) this.ownNames.add(name);
    const known = this.bindings.get(name) ?? [];
    if (known.length < mostMeanings) this.bindings.set(name, [...known, { binding, position: this.offset + node.from, isConditional }]);
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
  private readImport(node: SyntaxNode, place: Place): void {
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
      for (const { name, local } of this.code.importedNames(names)) this.bind(local, { kind: 'import', module, name }, node, place);
      return;
    }
    for (const { name, local } of this.code.importedNames(rest)) {
      // `import a.b` binds `a`; `import a.b as c` binds the module itself.
      const whole = local === name ? (name.split('.')[0] ?? name) : name;
      if (whole !== name) this.submodules.push(name);
      this.bind(local === name ? whole : local, { kind: 'import', module: whole, name: null }, node, place);
    }
  }

  /** `a = b = value`, `a: type = value`. */
  private readAssignment(node: SyntaxNode, place: Place): void {
    const parts = children(node);
    const value = parts.at(-1);
    if (value === undefined || parts.at(-2)?.name !== 'AssignOp') return;
    if (value.name === 'CallExpression') this.readCall(value, place);
    for (const [at, target] of parts.entries()) {
      const next = parts[at + 1];
      if (target.name !== 'VariableName' || (next?.name !== 'AssignOp' && next?.name !== 'TypeDef')) continue;
      const name = this.code.slice(target);
      if (name === '__all__' && place.within === null) this.readPublicNames(value);
      const binding = this.valueOf(value);
      if (binding !== null) this.bind(name, binding, node, place);
    }
  }

  /** What an expression stands for; null when nothing is known of it. */
  private valueOf(value: SyntaxNode): Binding | null {
    const path = this.code.path(value);
    if (path !== null) return { kind: 'alias', path };
    const text = this.code.textOf(value);
    const [call] = text;
    // Of other calls the text is known in part: a default, a pattern.
    const isCall = value.name === 'CallExpression' && call !== null && typeof call === 'object' && 'callee' in call;
    if (isCall) return { kind: 'call', call, argument: this.nameArgument(value) };
    return text.some((piece) => piece !== null) ? { kind: 'text', text } : null;
  }

  /** `Schema(None)` is a schema that gets its name later. */
  private nameArgument(call: SyntaxNode): TextFact | null {
    const { positional, named } = this.code.argumentsOf(call.getChild('ArgList'));
    const argument = positional[0] ?? named.get('schema_name');
    return argument === undefined || argument.name === 'None' ? null : this.code.textOf(argument);
  }

  /** `__all__ = ['Trace', 'schema']`; a list that is put together has no end that the source tells. */
  private readPublicNames(value: SyntaxNode): void {
    const names = this.code.literalsOf(value);
    if (names !== null) this.publicNames = new Set(names);
  }

  /** `schema(Trace)`, `schema.activate('ephys')`, `session.activate(prefix + 'session')`. */
  private readCall(node: SyntaxNode, { within }: Place): void {
    const call = this.code.callOf(node);
    if (call === null) return;
    const { callee } = call;
    this.calls.push({ call, within });
    const [first] = this.code.argumentsOf(node.getChild('ArgList')).positional;
    if (callee.at(-1) === 'activate') {
      const name = call.positional[0] ?? call.named.get('schema_name');
      if (callee.length > 1 && name !== undefined) this.activations.push({ schema: callee.slice(0, -1), name, within });
      return;
    }
    const target = first === undefined ? null : this.code.path(first);
    if (target !== null) this.registrations.push({ callee, target: { kind: 'name', path: target }, position: this.offset + node.from });
  }

  private readDecorated(node: SyntaxNode, place: Place): void {
    const decorators = this.decoratorsOf(node, place);
    const definition = node.getChild('ClassDefinition');
    if (definition !== null) this.bindClass(this.readClass(definition, decorators), definition, place);
    const decorated = node.getChild('FunctionDefinition');
    if (decorated !== null) this.readFunction(decorated, place);
  }

  private decoratorsOf(node: SyntaxNode, place: Place): Path[] {
    return node.getChildren('Decorator').flatMap((decorator) => {
      const path = [...decorator.getChildren('VariableName'), ...decorator.getChildren('PropertyName')].map((name) => this.code.slice(name));
      const list = decorator.getChild('ArgList');
      if (path.length === 0 || list === null) return path.length === 0 ? [] : [path];
      // `@schema()`, `@dj.schema('lab')`: the call is bound to a name that no source can have.
      const call = this.code.callWith(path, list);
      const hidden = `@${String(this.offset + decorator.from)}`;
      this.bind(hidden, { kind: 'call', call, argument: this.nameArgument(decorator) }, decorator, place);
      return [[hidden]];
    });
  }

  private readFunction(node: SyntaxNode, place: Place): void {
    const named = node.getChild('VariableName');
    const body = node.getChild('Body');
    if (named === null || body === null) return;
    const name = this.code.slice(named);
    const parameters = this.code.parametersOf(node.getChild('ParamList'));
    this.bind(name, { kind: 'function', parameters, results: this.resultsOf(body) }, node, place);
    this.functions.push({ body, within: { name, parameters } });
  }

  /** What the `return` statements of a function give, those of functions and classes inside it left out. */
  private resultsOf(block: SyntaxNode): Binding[] {
    return children(block).flatMap((node): Binding[] => {
      if (node.name === 'ReturnStatement') {
        const value = node.firstChild?.nextSibling ?? null;
        const result = value === null ? null : this.valueOf(value);
        return result === null ? [] : [result];
      }
      return /Statement$|^Body$/.test(node.name) && node.name !== 'DecoratedStatement' ? this.resultsOf(node) : [];
    });
  }

  /** A class inside a class is reached through it, and is not bound. */
  private bindClass(fact: ClassFact, node: SyntaxNode, place: Place): void {
    this.bind(fact.name, { kind: 'class', fact }, node, place);
  }

  private readClass(node: SyntaxNode, decorators: readonly Path[]): ClassFact {
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
      position: this.offset + node.from,
      line: this.lineOf(node),
      endLine: this.endLineOf(node),
      makeMethods: makeMethods.map((method) => fields.get(method)).filter((method) => method !== undefined),
      definitionLine: fields.get('definition')?.line ?? null,
      customKeySource: fields.has('key_source'),
      members,
    };
    this.classes.push(fact);
    return fact;
  }

  private readMember(statement: SyntaxNode, fields: Map<string, MethodFact>, members: MemberFact[]): void {
    const holder = statement.name === 'DecoratedStatement' ? statement : null;
    const definition = holder?.getChild('ClassDefinition') ?? (statement.name === 'ClassDefinition' ? statement : null);
    const method = holder?.getChild('FunctionDefinition') ?? (statement.name === 'FunctionDefinition' ? statement : null);
    if (definition !== null) {
      const fact = this.readClass(definition, holder === null ? [] : this.decoratorsOf(holder, atMargin));
      members.push({ name: fact.name, value: { kind: 'class', fact } });
    } else if (method !== null) this.addField(method.getChild('VariableName'), method, fields);
    else if (statement.name === 'AssignStatement') {
      const [target] = children(statement);
      if (target?.name !== 'VariableName') return;
      this.addField(target, statement, fields);
      const path = this.code.path(statement.lastChild);
      // datajoint-python takes only names of classes for parts (Schema._decorate_master of 0.14.10).
      if (path !== null && /^\p{Lu}/u.test(this.code.slice(target))) members.push({ name: this.code.slice(target), value: { kind: 'name', path } });
    }
  }

  private addField(named: SyntaxNode | null, node: SyntaxNode, fields: Map<string, MethodFact>): void {
    const name = named === null ? '' : this.code.slice(named);
    if (name === '' || fields.has(name)) return;
    fields.set(name, { name, line: this.lineOf(node), endLine: this.endLineOf(node) });
  }
}
