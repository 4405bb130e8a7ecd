import fc from 'fast-check';
import type { Attribute, ColumnType, DefaultValue, ForeignKey, Index, TableName, TableSpec } from '../../../src/engine/database';
import { formatType, parseType } from '../../../src/engine/definition';

/** Records as the engine makes them. fast-check would otherwise give some of them no prototype. */
const plain = { noNullPrototype: true } as const;

export const attributeName = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
/** Comments as a database may hold them: one line, trimmed, not beginning with a colon. */
export const comment = fc
  .oneof(fc.constantFrom('', "it's -> \"quoted\" # twice", '--- dashes', 'a = b : c'), fc.string({ unit: 'grapheme', maxLength: 30 }))
  .map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').trim().replace(/^[:\s]+/, ''));

const enumValues = fc.uniqueArray(fc.oneof(fc.constantFrom("it's", 'a,b', 'a#b', '(', ')', 'a:b', '"', '=', '->', ''), fc.string({ maxLength: 8 })), {
  minLength: 1,
  maxLength: 5,
}).map((values) => values.map((value) => value.replace(/[\r\n\u2028\u2029]/g, ' '))).filter((values) => new Set(values).size === values.length);

const precision = fc.integer({ min: 0, max: 6 });

export const columnType: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.record({ kind: fc.constant('integer'), bits: fc.constantFrom(8, 16, 24, 32, 64), unsigned: fc.boolean() }, plain),
  fc.record({ kind: fc.constant('float'), bits: fc.constantFrom(32, 64) }, plain),
  fc
    .tuple(fc.integer({ min: 1, max: 65 }), fc.integer({ min: 0, max: 30 }))
    .map(([digits, scale]) => ({ kind: 'decimal', precision: digits, scale: Math.min(digits, scale) }) as const),
  fc.constantFrom('unsigned', 'unsigned zerofill').map((modifier) => ({ kind: 'decimal', precision: 8, scale: 2, modifier }) as const),
  fc.record({ kind: fc.constantFrom('bool', 'date', 'uuid', 'json', 'bytes', 'text') }, plain),
  fc.record({ kind: fc.constantFrom('char', 'varchar'), length: fc.integer({ min: 1, max: 255 }) }, plain),
  fc.record({ kind: fc.constant('enum'), values: enumValues }, plain),
  fc.record({ kind: fc.constantFrom('datetime', 'timestamp', 'time'), precision }, plain),
  fc.constantFrom({ kind: 'native', sql: 'year' }, { kind: 'native', sql: 'longtext' }, { kind: 'native', sql: 'blob' }, { kind: 'native', sql: 'double(8,3)' }),
);

/** A default that the column can hold, in its normal spelling. */
function literalOf(column: ColumnType): fc.Arbitrary<DefaultValue | null> {
  const literal = (text: string): DefaultValue => ({ kind: 'literal', text });
  switch (column.kind) {
    case 'integer':
      return fc.integer({ min: 0, max: 127 }).map((value) => literal(String(value)));
    case 'float':
      return fc.constantFrom('0', '-1.5', '1e+300'.slice(0, column.bits === 32 ? 1 : 6)).map((text) => literal(String(Number(text))));
    case 'decimal':
      return fc.constant(literal((0).toFixed(column.scale)));
    case 'bool':
      return fc.constantFrom('0', '1').map(literal);
    case 'char':
    case 'varchar':
      return fc.constantFrom('', "'", '"', '#', ':', '=').map(literal);
    case 'enum':
      return fc.constantFrom(...column.values).map(literal);
    case 'date':
      return fc.constant(literal('2026-01-31'));
    case 'datetime':
      return fc.constant({ kind: 'now', precision: column.precision });
    default:
      return fc.constant(null);
  }
}

function canBeKey(column: ColumnType): boolean {
  if (column.kind === 'native') return !/blob|text/.test(column.sql);
  return column.kind !== 'bytes' && column.kind !== 'json' && column.kind !== 'text';
}

function attribute(table: TableName, name: string, inKey: boolean): fc.Arbitrary<Attribute> {
  const type = columnType
    .filter((column) => !inKey || canBeKey(column))
    .map((column) => ({ declaredType: parseType(formatType(column)).declaredType, column, codec: null }));
  const codec = fc.constantFrom('<blob>', '<attach>', '<blob@cold>').map((text) => {
    const { declaredType, column, codec: of } = parseType(text);
    return { declaredType, column, codec: of };
  });
  const typed: fc.Arbitrary<Pick<Attribute, 'codec' | 'column' | 'declaredType'>> = inKey ? type : fc.oneof({ weight: 5, arbitrary: type }, codec);
  return typed.chain(({ declaredType, column, codec: of }) =>
    fc.record({
      name: fc.constant(name),
      declaredType: fc.constant(declaredType),
      column: fc.constant(column),
      codec: fc.constant(of),
      inKey: fc.constant(inKey),
      nullable: fc.boolean().map((nullable) => nullable && !inKey),
      autoIncrement: fc.constant(false),
      default: fc.oneof(fc.constant(null), of === null ? literalOf(column) : fc.constant(null)),
      comment,
      lineage: fc.constant(inKey ? `${table.schema}.${table.table}.${name}` : null),
    }, plain),
  ).map((made) => (made.nullable ? { ...made, default: { kind: 'null' } as const } : made));
}

/** A table without references. */
export function table(name: TableName): fc.Arbitrary<TableSpec> {
  return fc
    .tuple(fc.uniqueArray(attributeName, { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 3 }), comment)
    .chain(([names, keyLength, text]) =>
      fc
        .tuple(fc.tuple(...names.map((attributeNamed, at) => attribute(name, attributeNamed, at < keyLength))), indexesOf(names))
        .map(([attributes, indexes]) => ({ name, comment: text, attributes, foreignKeys: [], indexes })),
    );
}

function indexesOf(names: readonly string[]): fc.Arbitrary<Index[]> {
  const index = fc.record({ unique: fc.boolean(), attributes: fc.subarray([...names], { minLength: 1 }) }, plain);
  return fc.uniqueArray(index, { maxLength: 2, selector: ({ unique, attributes }) => `${unique}${attributes.join()}` });
}

/** How a child refers to one of its parents. */
interface Reference {
  readonly parent: TableSpec;
  readonly renames: Readonly<Record<string, string>>;
  readonly inKey: boolean;
  readonly nullable: boolean;
  readonly unique: boolean;
}

function reference(parents: readonly TableSpec[]): fc.Arbitrary<Reference> {
  return fc.constantFrom(...parents).chain((parent) => {
    const key = parent.attributes.filter(({ inKey }) => inKey).map(({ name }) => name);
    return fc
      .record({ renamed: fc.subarray(key), prefix: fc.constantFrom('src_', 'dst_'), inKey: fc.boolean(), nullable: fc.boolean(), unique: fc.boolean() })
      .map(({ renamed, prefix, inKey, nullable, unique }) => ({
        parent,
        renames: Object.fromEntries(renamed.map((name) => [`${prefix}${name}`, name])),
        inKey,
        nullable: nullable && !inKey,
        unique,
      }));
  });
}

/** The definition of a child of the given tables, written line by line. `className` calls each parent. */
export function childDefinition(parents: readonly TableSpec[], className: (name: TableName) => string): fc.Arbitrary<string> {
  const own = fc.uniqueArray(attributeName, { maxLength: 3 });
  return fc.tuple(fc.array(reference(parents), { minLength: 1, maxLength: 4 }), own, comment).map(([references, names, text]) => {
    const line = ({ parent, renames, nullable, unique }: Reference): string => {
      const options = [...(nullable ? ['nullable'] : []), ...(unique ? ['unique'] : [])];
      const pairs = Object.entries(renames).map(([to, from]) => `${to}='${from}'`);
      const projection = pairs.length === 0 ? '' : `.proj(${pairs.join(', ')})`;
      return `-> ${options.length === 0 ? '' : `[${options.join(', ')}] `}${className(parent.name)}${projection}`;
    };
    return [
      text === '' ? '' : `# ${text}`,
      ...references.filter(({ inKey }) => inKey).map(line),
      'own_key : int32',
      '---',
      ...names.slice(0, 1).map((name) => `zz_${name} : float64`),
      ...references.filter(({ inKey }) => !inKey).map(line),
      ...names.slice(1).map((name) => `zz_${name} = null : varchar(9) # ${text}`),
    ].join('\n');
  });
}

/** For comparing: references and indexes in one order, whichever they were written in. */
export function unordered(spec: TableSpec): TableSpec {
  const by = <T extends ForeignKey | Index>(items: readonly T[]): T[] =>
    items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...spec, foreignKeys: by(spec.foreignKeys), indexes: by(spec.indexes) };
}
