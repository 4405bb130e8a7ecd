import type { NamedTable } from '../../engine';
import type { SchemaVariable } from '../source';
import { indented, nameLike, type WrittenMaster, type WrittenTable } from './layout';

/** The calls that give a module the classes of all tables of its schema. */
const spawns = /\.(spawn_missing_classes|make_classes)\(/;

/** That a schema may be called, and no variable. */
const keywords = new Set('and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(' '));

/** What the definitions of one class call other tables, and the virtual modules that this takes. */
export class PythonReferences {
  private readonly modules = new Map<string, string>();

  /**
   * @param master the table whose class is written
   * @param classes of its schema that the file has
   * @param text of the file
   */
  constructor(
    private readonly master: NamedTable,
    private readonly classes: ReadonlySet<string>,
    private readonly text: string,
  ) {}

  nameOf({ name, className }: NamedTable): string {
    const isOwn = name.schema === this.master.name.schema;
    // While a part is declared, its master's class has no name yet.
    if (isOwn && className.startsWith(`${this.master.className}.`)) return className.replace(this.master.className, 'master');
    if (isOwn && (this.classes.has(className) || className === this.master.className || spawns.test(this.text))) return className;
    return `${this.moduleOf(name.schema)}.${className}`;
  }

  /** The statements that make the virtual modules. */
  statements(engine: string): string[] {
    return [...this.modules].map(([schema, variable]) => `${variable} = ${engine}.VirtualModule(${JSON.stringify(variable)}, ${JSON.stringify(schema)})`);
  }

  /** A virtual module of the file, or one that is to be made. */
  private moduleOf(schema: string): string {
    const known = this.modules.get(schema) ?? existingModule(this.text, schema);
    if (known !== null) return known;
    const taken = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(this.text) || [...this.modules.values(), 'dj', 'schema'].includes(name) || keywords.has(name);
    const name = nameLike(schema, taken);
    this.modules.set(schema, name);
    return name;
  }
}

function existingModule(text: string, schema: string): string | null {
  for (const [, variable = '', given = ''] of text.matchAll(/^(\w+) *= *(?:\w+\.)?(?:VirtualModule|create_virtual_module|virtual_schema)\(([^)\n]*)\)/gm)) {
    if (given.includes(`'${schema}'`) || given.includes(`"${schema}"`)) return variable;
  }
  return null;
}

/** A file of its own for one class. */
export function pythonFile(schema: string, master: WrittenMaster, references: PythonReferences): string {
  const head = ['import datajoint as dj', '', `schema = dj.Schema(${JSON.stringify(schema)})`, ...references.statements('dj')];
  return [...head, '', '', ...classLines('schema', 'dj', master), ''].join('\n');
}

/** What a file that has the schema is to get at its end. */
export function pythonClass({ variable, engine }: SchemaVariable, master: WrittenMaster, references: PythonReferences): string {
  const statements = [...(engine === null ? ['import datajoint as dj'] : []), ...references.statements(engine ?? 'dj')];
  const head = statements.length === 0 ? [] : ['', ...statements];
  return [...head, '', '', ...classLines(variable, engine ?? 'dj', master), ''].join('\n');
}

function classLines(schema: string, engine: string, master: WrittenMaster): string[] {
  const parts = master.parts.flatMap((part) => ['', ...tableLines(engine, part)].map((line) => indented(line, 4)));
  return [`@${schema}`, ...tableLines(engine, master), ...parts];
}

function tableLines(engine: string, { className, tier, definition }: WrittenTable): string[] {
  const base = { manual: 'Manual', lookup: 'Lookup', imported: 'Imported', computed: 'Computed', part: 'Part' }[tier];
  const text = definition.trimEnd().replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
  const lines = ['definition = """', ...text.split('\n'), '"""'];
  return [`class ${className}(${engine}.${base}):`, ...lines.map((line) => indented(line, 4))];
}
