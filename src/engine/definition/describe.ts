import type { Attribute, ForeignKey, Index, TableName, TableSpec } from '../database';
import { sameType } from './equal';
import { masterOf } from './naming';
import { comesWithType } from './oldTypes';
import { quote } from './scan';
import { serverInteger } from './types';

/**
 * A definition that parses and resolves back to the table. References may come back in another order.
 * @param parents supplies the tables that it refers to, as far as they are known
 * @param className how to call a table
 * @param spelling `server`: the server's own words (`int`) where nothing tells that the definition spelled a type otherwise,
 * which is what datajoint-python 0.14 takes; `portable`: this engine's (`int32`)
 *
 * As datajoint-python 2.3.2 `Table.describe`, which however loses what a reference cannot say; here an inherited
 * attribute that differs from its parent's (its comment, its place) is spelled out before the reference.
 */
export function describeTable(
  spec: TableSpec,
  parents: (name: TableName) => TableSpec | null,
  className: (name: TableName) => string,
  spelling: Spelling = 'portable',
): string {
  return new Describer(spec, parents, className, spelling).text();
}

export type Spelling = 'server' | 'portable';

class Describer {
  private readonly lines: string[] = [];
  private readonly attributes: readonly Attribute[];
  private readonly emitted = new Set<string>();
  private readonly references: ForeignKey[];
  private readonly indexes: Index[];

  constructor(
    private readonly spec: TableSpec,
    private readonly parents: (name: TableName) => TableSpec | null,
    private readonly className: (name: TableName) => string,
    private readonly spelling: Spelling,
  ) {
    this.attributes = spec.attributes.filter((attribute) => !attribute.name.startsWith('_'));
    const typeOf = (name: string): string | undefined => spec.attributes.find((attribute) => attribute.name === name)?.declaredType;
    this.references = spec.foreignKeys.filter((key) => !comesWithType(key, typeOf));
    this.indexes = [...spec.indexes];
  }

  text(): string {
    if (this.spec.comment !== '') this.lines.push(`# ${oneLine(this.spec.comment)}`);
    const keyLength = this.attributes.filter((attribute) => attribute.inKey).length;
    this.section(0, keyLength);
    if (keyLength < this.attributes.length || keyLength === 0) {
      this.lines.push('---');
      this.section(keyLength, this.attributes.length);
    }
    for (const { unique, attributes } of this.indexes) {
      this.lines.push(`${unique ? 'unique index' : 'index'} (${attributes.join(', ')})`);
    }
    return `${this.lines.join('\n')}\n`;
  }

  private section(from: number, to: number): void {
    let at = from;
    while (at < to) {
      const attribute = this.attributes[at];
      if (attribute === undefined) break;
      const reference = this.references.find((key) => this.supplies(key, at, to));
      if (reference === undefined) {
        // No definition can say it.
        if (attribute.default?.kind === 'expression')
          this.lines.push(`# the default of ${attribute.name} is ${oneLine(attribute.default.sql)}`);
        this.lines.push(attributeText(attribute, this.spelling));
        this.emitted.add(attribute.name);
        at += 1;
      } else {
        at += this.newColumns(reference).length;
        this.emit(reference);
      }
      this.emitComplete();
    }
  }

  /** Whether a reference written at this place would create exactly the attributes that stand here. */
  private supplies(key: ForeignKey, at: number, to: number): boolean {
    const columns = this.newColumns(key);
    const known = this.parents(key.parent);
    if (columns.length === 0 || !isWholeKey(key, known)) return false;
    const first = this.attributes[at];
    return columns.every(({ child, parent }, index) => {
      const attribute = at + index < to ? this.attributes[at + index] : undefined;
      if (attribute?.name !== child || attribute.nullable !== first?.nullable || attribute.autoIncrement) return false;
      if (!attribute.nullable && attribute.default !== null) return false;
      const source = known?.attributes.find(({ name }) => name === parent);
      return source === undefined || (sameType(source, attribute) && source.comment === attribute.comment);
    });
  }

  /** Writes the references whose attributes are all there. */
  private emitComplete(): void {
    for (const key of [...this.references]) if (this.newColumns(key).length === 0) this.emit(key);
  }

  private emit(key: ForeignKey): void {
    const created = this.newColumns(key);
    this.references.splice(this.references.indexOf(key), 1);
    for (const { child } of created) this.emitted.add(child);
    const known = this.parents(key.parent);
    if (!isWholeKey(key, known)) {
      const columns = key.columns.map(({ child }) => child).join(', ');
      this.lines.push(`# (${columns}) refers to a part of the key of ${this.nameOf(key.parent)}`);
      return;
    }
    const nullable = created.some(({ child }) => this.attributes.find(({ name }) => name === child)?.nullable === true);
    const options = [...(nullable ? ['nullable'] : []), ...(this.takeUnique(key) ? ['unique'] : [])];
    const renamed = key.columns.filter(({ child, parent }) => child !== parent);
    const renames = renamed.map(({ child, parent }) => `${child}='${parent}'`).join(', ');
    const optionText = options.length > 0 ? `[${options.join(', ')}] ` : '';
    this.lines.push(`-> ${optionText}${this.nameOf(key.parent)}${renames === '' ? '' : `.proj(${renames})`}`);
  }

  private newColumns(key: ForeignKey): ForeignKey['columns'] {
    return key.columns.filter(({ child }) => !this.emitted.has(child));
  }

  private takeUnique(key: ForeignKey): boolean {
    const wanted = key.columns.map(({ child }) => child).join();
    const at = this.indexes.findIndex(({ unique, attributes }) => unique && attributes.join() === wanted);
    if (at >= 0) this.indexes.splice(at, 1);
    return at >= 0;
  }

  private nameOf(parent: TableName): string {
    const isMaster = parent.schema === this.spec.name.schema && parent.table === masterOf(this.spec.name.table);
    return isMaster ? 'master' : this.className(parent);
  }
}

/** A reference goes to the whole primary key of its parent, in its order; a database may hold others. */
function isWholeKey(key: ForeignKey, parent: TableSpec | null): boolean {
  if (parent === null) return true;
  const wanted = parent.attributes.filter(({ inKey, name }) => inKey && !name.startsWith('_')).map(({ name }) => name);
  return wanted.join() === key.columns.map((column) => column.parent).join();
}

function attributeText(attribute: Attribute, spelling: Spelling): string {
  const { name, declaredType, serverType, autoIncrement, comment } = attribute;
  const head = `${name}${defaultText(attribute)}`;
  const type = autoIncrement ? counterType(attribute) : spelling === 'server' ? (serverType ?? declaredType) : declaredType;
  const tail = comment === '' ? type : `${type.padEnd(24)} # ${oneLine(comment)}`;
  return `${head.padEnd(20)} : ${tail}`;
}

function counterType({ column, declaredType }: Attribute): string {
  return `${column.kind === 'integer' ? serverInteger(column.bits, column.unsigned) : declaredType} auto_increment`;
}

function defaultText(attribute: Attribute): string {
  const { default: value, column } = attribute;
  if (attribute.nullable) return ' = null';
  if (value === null || value.kind === 'null' || value.kind === 'expression') return '';
  if (value.kind === 'now') return ` = CURRENT_TIMESTAMP${value.precision === 0 ? '' : `(${value.precision})`}`;
  const isNumber = ['integer', 'float', 'decimal', 'bool'].includes(column.kind);
  return ` = ${isNumber ? value.text : quote(value.text)}`;
}

function oneLine(comment: string): string {
  return comment.replace(/\s*\r?\n\s*/g, ' ');
}
