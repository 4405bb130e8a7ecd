import type { SqlValue } from '../database';
import { matchValue } from '../codecs';
import { DataJointError } from '../errors';
import { type Block, columnOf, fromClause, isSealed, namedColumn, selectStatement, whereClause } from './block';
import type { Compiler } from './compile';
import type { ConditionTree, Expression } from './expression';
import { all, any, type Fragment, raw, sql, value } from './fragment';
import type { HeadingAttribute } from './heading';
import { assertSameOrigin } from './lineage';
import { compileSqlText } from './text';

/**
 * A restriction of `block` as an SQL condition.
 * Source: datajoint-python 2.3.2, `condition.make_condition`; unlike there, an antijoin keeps rows whose matching
 * attribute is NULL, since they match nothing.
 */
export function compileCondition(compiler: Compiler, block: Block, condition: ConditionTree, semanticCheck: boolean): Fragment {
  switch (condition.kind) {
    case 'constant':
      return raw(condition.holds ? 'TRUE' : 'FALSE');
    case 'sql':
      return condition.text.trim() === ''
        ? raw('TRUE')
        : raw(compileSqlText(condition.text, (name) => namedColumn(block, name), block.label, compiler.dialect));
    case 'equal':
      return all(
        Object.entries(condition.values).flatMap(([name, given]) => {
          const attribute = block.heading.get(name);
          return attribute === undefined ? [] : [equals(block, attribute, given)];
        }),
      );
    case 'all':
      return all(condition.conditions.map((each) => compileCondition(compiler, block, each, semanticCheck)));
    case 'any':
      return rowsAmong(compiler, block, condition.conditions) ?? any(condition.conditions.map((each) => compileCondition(compiler, block, each, semanticCheck)));
    case 'not':
      return sql`NOT (${compileCondition(compiler, block, condition.condition, semanticCheck)})`;
    case 'in':
      return membership(compiler, block, condition.expression, semanticCheck);
  }
}

/** From this many on, a list of keys is handed over whole where the database can take it so. */
const MANY_ROWS = 500;

/** Many conditions that name the same attributes, as one; null when they are few, or not of that kind. */
function rowsAmong(compiler: Compiler, block: Block, conditions: readonly ConditionTree[]): Fragment | null {
  const [first] = conditions;
  if (conditions.length < MANY_ROWS || first?.kind !== 'equal') return null;
  const attributes = Object.keys(first.values).flatMap((name) => block.heading.get(name) ?? []);
  const rows: SqlValue[][] = [];
  for (const condition of conditions) {
    if (condition.kind !== 'equal') return null;
    const { values } = condition;
    if (Object.keys(values).filter((name) => block.heading.has(name)).length !== attributes.length) return null;
    const given = attributes.map(({ name }) => values[name] ?? null);
    if (given.includes(null)) return null;
    const stored = attributes.flatMap((attribute, i) => storedValue(block, attribute, given[i]) ?? []);
    // A row that cannot be there matches nothing.
    if (stored.length === attributes.length) rows.push(stored);
  }
  const list = attributes.length === 0 || rows.length === 0 ? null : compiler.dialect.rowList(rows);
  if (list === null) return null;
  return sql`(${attributes.map(({ name }) => columnOf(block, name)).join(', ')}) IN (${list})`;
}

function equals(block: Block, attribute: HeadingAttribute, given: unknown): Fragment {
  const column = columnOf(block, attribute.name);
  if (given === null || given === undefined) return sql`${column} IS NULL`;
  const stored = storedValue(block, attribute, given);
  // False for every value and unknown for NULL, like each comparison in SQL.
  return stored === undefined ? raw(`${column} <> ${column}`) : sql`${column} = ${value(stored)}`;
}

/** What a value is compared with; undefined when the attribute can hold nothing equal. */
function storedValue(block: Block, attribute: HeadingAttribute, given: unknown): SqlValue | undefined {
  if (attribute.stored !== null) {
    const kind = attribute.stored.column.kind;
    if (attribute.stored.codec !== null || kind === 'json') {
      throw new DataJointError('query', `${block.label} cannot be restricted by a value of "${attribute.name}": its type ${attribute.stored.declaredType} has no equality.`);
    }
    return matchValue(attribute.stored, given, block.label);
  }
  if (typeof given === 'number' || typeof given === 'bigint' || typeof given === 'string') return given;
  if (typeof given === 'boolean') return given ? 1 : 0;
  throw new DataJointError('query', `${block.label} cannot be restricted by ${typeof given} as the value of "${attribute.name}".`);
}

/** Rows of `block` that match a row of the expression on all attributes of the same name. */
function membership(compiler: Compiler, block: Block, expression: Expression, semanticCheck: boolean): Fragment {
  const other = compiler.block(expression);
  assertSameOrigin(block, other, semanticCheck, 'restrict');
  const common = other.heading.names.filter((name) => block.heading.has(name));
  if (isSealed(other) && common.length > 0) {
    // A grouped or limited subquery is evaluated once, not once per row.
    const columns = common.map((name) => columnOf(block, name));
    const tuple = columns.length === 1 ? columns.join() : `(${columns.join(', ')})`;
    // MySQL refuses LIMIT directly inside IN.
    const subquery = selectStatement(compiler.open(other), compiler.dialect, common);
    return sql`COALESCE(${tuple} IN (${subquery}), FALSE)`;
  }
  const inner = compiler.open(other);
  const matches = common.map((name) => raw(`${columnOf(inner, name)} = ${columnOf(block, name)}`));
  return sql`EXISTS (SELECT 1 FROM ${fromClause(inner)}${whereClause([...inner.where, ...matches])})`;
}
