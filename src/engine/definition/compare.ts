import type { Attribute, DefaultValue, ForeignKey, Index, TableSpec } from '../database';
import { sameDefault, sameType } from './equal';
import { formatType } from './types';

/**
 * What a table in the code and the table of that name in the database do not agree on, one readable line each. Comments
 * and hidden attributes do not count, nor does the order of secondary attributes, references and indexes.
 */
export function compareSpecs(declared: TableSpec, existing: TableSpec): string[] {
  return [
    ...compareAttributes(declared, existing),
    ...compareKeys(declared, existing),
    ...compareForeignKeys(declared, existing),
    ...compareIndexes(declared, existing),
  ];
}

function compareAttributes(declared: TableSpec, existing: TableSpec): string[] {
  const stored = new Map(visible(existing).map((attribute) => [attribute.name, attribute]));
  const lines: string[] = [];
  for (const attribute of visible(declared)) {
    const other = stored.get(attribute.name);
    stored.delete(attribute.name);
    if (other === undefined) lines.push(`${attribute.name}: only in the code`);
    else lines.push(...compareAttribute(attribute, other));
  }
  return [...lines, ...[...stored.keys()].map((name) => `${name}: only in the database`)];
}

function compareAttribute(code: Attribute, stored: Attribute): string[] {
  const differs = (inCode: string, inDatabase: string): string =>
    `${code.name}: ${inCode} in the code, ${inDatabase} in the database`;
  if (!sameType(code, stored)) {
    const [one, other] = [typeText(code), typeText(stored)];
    return [differs(one, one === other ? formatType(stored.column) : other)];
  }
  if (code.inKey !== stored.inKey) return [differs(keyText(code), keyText(stored))];
  if (code.nullable !== stored.nullable) return [differs(nullText(code), nullText(stored))];
  const lines: string[] = [];
  if (!code.nullable && !sameDefault(code.default, stored.default, code.column)) {
    lines.push(differs(defaultText(code.default), defaultText(stored.default)));
  }
  if (code.autoIncrement !== stored.autoIncrement) {
    lines.push(differs(counterText(code), counterText(stored)));
  }
  return lines;
}

/** The order of the primary key; which attributes it has is compared one by one. */
function compareKeys(declared: TableSpec, existing: TableSpec): string[] {
  const [code, stored] = [keyNames(declared), keyNames(existing)];
  if (code.toSorted().join() !== stored.toSorted().join() || code.join() === stored.join()) return [];
  return [`primary key: (${code.join(', ')}) in the code, (${stored.join(', ')}) in the database`];
}

function compareForeignKeys(declared: TableSpec, existing: TableSpec): string[] {
  const code = new Map(declared.foreignKeys.map((key) => [foreignKeyText(key), key]));
  const stored = new Map(existing.foreignKeys.map((key) => [foreignKeyText(key), key]));
  return [
    ...[...code.keys()].filter((text) => !stored.has(text)).map((text) => `reference ${text}: only in the code`),
    ...[...stored.keys()].filter((text) => !code.has(text)).map((text) => `reference ${text}: only in the database`),
  ];
}

function compareIndexes(declared: TableSpec, existing: TableSpec): string[] {
  const code = new Set(declared.indexes.map(indexText));
  const stored = new Set(existing.indexes.map(indexText));
  // A server adds an index of its own behind each reference, and then nobody can tell whether one was defined as well.
  const own = new Set(existing.foreignKeys.map(({ columns }) => indexOf(columns.map(({ child }) => child))));
  return [
    ...[...code].filter((text) => !stored.has(text) && !own.has(text)).map((text) => `${text}: only in the code`),
    ...[...stored].filter((text) => !code.has(text) && !own.has(text)).map((text) => `${text}: only in the database`),
  ];
}

function indexOf(attributes: readonly string[]): string {
  return indexText({ unique: false, attributes });
}

function keyNames(spec: TableSpec): string[] {
  return spec.attributes.filter(({ inKey }) => inKey).map(({ name }) => name);
}

function visible(spec: TableSpec): Attribute[] {
  return spec.attributes.filter(({ name }) => !name.startsWith('_') || name === '_singleton');
}

function typeText(attribute: Attribute): string {
  return attribute.codec === null ? formatType(attribute.column) : attribute.declaredType;
}

function keyText(attribute: Attribute): string {
  return attribute.inKey ? 'in the primary key' : 'below ---';
}

function nullText(attribute: Attribute): string {
  return attribute.nullable ? 'nullable' : 'not nullable';
}

function counterText(attribute: Attribute): string {
  return attribute.autoIncrement ? 'auto_increment' : 'not auto_increment';
}

function defaultText(value: DefaultValue | null): string {
  if (value === null) return 'no default';
  if (value.kind === 'literal') return `default ${JSON.stringify(value.text)}`;
  if (value.kind === 'expression') return `default (${value.sql})`;
  return value.kind === 'null' ? 'default null' : 'default CURRENT_TIMESTAMP';
}

function foreignKeyText(key: ForeignKey): string {
  const pairs = key.columns.map(({ child, parent }) => (child === parent ? child : `${child} = ${parent}`)).sort();
  return `(${pairs.join(', ')}) -> ${key.parent.schema}.${key.parent.table}`;
}

function indexText({ unique, attributes }: Index): string {
  return `${unique ? 'unique index' : 'index'} (${attributes.join(', ')})`;
}
