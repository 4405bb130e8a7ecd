import type { Dialect, TableSpec } from '../database';
import { DataJointError } from '../errors';
import { type Block, columnOf, isComputedHere, isSealed, selectStatement } from './block';
import { all, concat, type Fragment, raw, sql } from './fragment';
import { Heading } from './heading';
import { assertSameOrigin } from './lineage';
import { project } from './projection';
import { compileCondition } from './restriction';
import type { ConditionTree, Expression, TableSource, Top } from './expression';
import { orderTerms } from './order';

/**
 * Turns an expression into one SELECT. Every table it reads must have been prepared.
 * Semantics: datajoint-python 2.3.2, `expression.QueryExpression`, `Aggregation`, `Union`, `U`.
 */
export class Compiler {
  private aliases = 0;

  constructor(readonly dialect: Dialect) {}

  block(expression: Expression): Block {
    switch (expression.op) {
      case 'table':
        return this.table(expression.source);
      case 'restrict': {
        const input = this.open(this.block(expression.input));
        const condition = compileCondition(this, input, expression.condition, expression.semanticCheck);
        return { ...input, where: [...input.where, condition] };
      }
      case 'join':
        return this.join(expression.left, expression.right, expression.outer, expression.semanticCheck);
      case 'project':
        return project(this.open(this.block(expression.input)), expression.projection, this.dialect);
      case 'aggregate':
        return this.aggregate(expression);
      case 'union':
        return this.union(expression.left, expression.right, expression.semanticCheck);
      case 'distinct':
        return this.distinct(this.open(this.block(expression.input)), expression.attributes);
      case 'top':
        return this.top(this.block(expression.input), expression.top);
    }
  }

  /** The block itself when more can be merged into it, else a block that selects from it as a subquery. */
  open(block: Block): Block {
    // An order without a limit says nothing about rows that go on to something else, and MariaDB fails at some.
    const ordered = block.top !== null && block.top.limit === null && block.top.offset === 0 ? { ...block, top: null } : block;
    return isSealed(ordered) ? this.wrap(ordered) : ordered;
  }

  /** The block, as a subquery if it computes one of these attributes: they can then be grouped and ordered by. */
  private naming(block: Block, names: readonly string[]): Block {
    return names.some((name) => isComputedHere(block, name)) ? this.wrap(block) : block;
  }

  private table(source: TableSource): Block {
    const spec = preparedSpec(source);
    const alias = this.nextAlias();
    const heading = Heading.ofTable(spec, source.computed);
    const rows = source.statement === undefined ? this.dialect.tableReference(spec.name) : `(${source.statement})`;
    return {
      heading,
      label: source.label,
      columns: this.columnsOf(alias, heading.names),
      left: new Map(),
      from: { first: raw(`${rows} AS ${alias}`), rest: [] },
      where: [],
      groupBy: null,
      distinct: false,
      top: null,
    };
  }

  private wrap(block: Block): Block {
    return this.derived(selectStatement(block, this.dialect), block.heading, block.label);
  }

  private derived(select: Fragment, heading: Heading, label: string): Block {
    const alias = this.nextAlias();
    return {
      heading,
      label,
      columns: this.columnsOf(alias, heading.names),
      left: new Map(),
      from: { first: sql`(${select}) AS ${alias}`, rest: [] },
      where: [],
      groupBy: null,
      distinct: false,
      top: null,
    };
  }

  private columnsOf(alias: string, names: readonly string[]): Map<string, string> {
    return new Map(names.map((name) => [name, `${alias}.${this.dialect.quoteIdentifier(name)}`]));
  }

  private nextAlias(): string {
    return `t${String(this.aliases++)}`;
  }

  private join(leftTree: Expression, rightTree: Expression, outer: boolean, semanticCheck: boolean): Block {
    const left = this.open(this.block(leftTree));
    const right = this.open(this.block(rightTree));
    assertSameOrigin(left, right, semanticCheck, 'join');
    if (outer && !left.heading.determines(right.heading)) {
      const missing = right.heading.primaryKey.filter((name) => !left.heading.has(name));
      throw new DataJointError(
        'query',
        `${left.label} cannot be extended by ${right.label}: it lacks ${listNames(missing)} of that primary key. Use join instead.`,
      );
    }
    return this.joinBlocks(left, right, outer, left.heading.join(right.heading));
  }

  private joinBlocks(left: Block, right: Block, outer: boolean, heading: Heading): Block {
    const computes = right.heading.names.some((name) => isComputedHere(right, name));
    const second = outer && (right.where.length > 0 || right.from.rest.length > 0 || computes) ? this.wrap(right) : right;
    const matches = right.heading.names
      .filter((name) => left.heading.has(name))
      .map((name) => raw(`${columnOf(left, name)} = ${columnOf(second, name)}`));
    // A condition on several joined tables cannot stand before all of them are named, so it moves to WHERE.
    const inWhere = second.from.rest.length > 0;
    const on = inWhere ? raw('TRUE') : all(matches);
    return {
      heading,
      label: `${left.label} * ${right.label}`,
      columns: new Map([...second.columns, ...left.columns]),
      left: new Map(),
      from: {
        first: left.from.first,
        rest: [...left.from.rest, sql`${outer ? ' LEFT' : ''} JOIN ${second.from.first} ON ${on}`, ...second.from.rest],
      },
      where: [...left.where, ...second.where, ...(inWhere ? matches : [])],
      groupBy: null,
      distinct: false,
      top: null,
    };
  }

  private aggregate(expression: Extract<Expression, { op: 'aggregate' }>): Block {
    const group = this.open(this.block(expression.group));
    const by = expression.by;
    let joined: Block;
    let everything: readonly string[] = [];
    if ('op' in by) {
      const opened = this.open(this.block(by));
      const groups = this.naming(opened, opened.heading.names);
      if (!group.heading.determines(groups.heading)) {
        const missing = groups.heading.primaryKey.filter((name) => !group.heading.has(name));
        throw new DataJointError(
          'query',
          `${group.label} cannot be aggregated by ${groups.label}: it lacks ${listNames(missing)} of that primary key.`,
        );
      }
      assertSameOrigin(groups, group, true, 'aggregate');
      const heading = groups.heading.join(group.heading, true).withPrimaryKey(groups.heading.primaryKey);
      joined = this.joinBlocks(groups, group, expression.keepAllRows, heading);
      everything = groups.heading.secondary;
    } else {
      const named = this.naming(group, by);
      joined = { ...named, heading: this.keyed(named, by) };
    }
    // `...` means the attributes of what is grouped by, not those of the rows in the groups.
    const attributes = expression.projection.attributes.flatMap((name) => (name === '...' ? everything : [name]));
    const projected = project(joined, { attributes, named: expression.projection.named }, this.dialect);
    // MariaDB wants what the key determines to be named as well, where it is read.
    const read = projected.heading.names.map((name) => columnOf(projected, name)).join(' ');
    const determined = everything.map((name) => columnOf(joined, name)).filter((column) => read.includes(column));
    const groupBy = [...joined.heading.primaryKey.map((name) => columnOf(joined, name)), ...determined];
    // Without GROUP BY no rows would give one row of aggregates: right for dj.U(), wrong for a query without rows.
    return { ...projected, left: new Map(), groupBy: 'op' in by && groupBy.length === 0 ? ['NULL'] : groupBy };
  }

  private keyed(block: Block, key: readonly string[]): Heading {
    const missing = key.filter((name) => !block.heading.has(name));
    if (missing.length > 0) {
      throw new DataJointError('unknown_attribute', `${block.label} has no attribute ${listNames(missing)}, which dj.U names.`);
    }
    return block.heading.withPrimaryKey(key);
  }

  private distinct(block: Block, attributes: readonly string[]): Block {
    const heading = this.keyed(block, attributes);
    const kept = heading.attributes.filter((attribute) => attribute.inKey);
    return { ...block, heading: new Heading(kept, heading.lineageKnown), left: new Map(), distinct: true };
  }

  private union(leftTree: Expression, rightTree: Expression, semanticCheck: boolean): Block {
    const left = this.open(this.block(leftTree));
    const right = this.open(this.block(rightTree));
    const key = left.heading.primaryKey;
    if (!sameNames(key, right.heading.primaryKey)) {
      throw new DataJointError(
        'query',
        `${left.label} and ${right.label} cannot be united: their primary keys are ${listNames(key)} and ${listNames(right.heading.primaryKey)}.`,
      );
    }
    const shared = left.heading.secondary.filter((name) => right.heading.has(name));
    if (shared.length > 0) {
      throw new DataJointError(
        'query',
        `${left.label} and ${right.label} cannot be united: both have ${listNames(shared)}. Keep it on one side with proj.`,
      );
    }
    const heading = left.heading.join(right.heading);
    const label = `${left.label} + ${right.label}`;
    // Keys alone are united by name. Where rows are completed from the other side, keys must mean the same.
    if (heading.secondary.length === 0) {
      const both = [left, right].map((block) => selectStatement(block, this.dialect, key));
      return this.derived(concat(both, ' UNION '), heading, label);
    }
    assertSameOrigin(left, right, semanticCheck, 'unite');
    // Rows of the left with what the right adds, then the rows that only the right has.
    const first = this.joinBlocks(left, right, true, heading);
    const onlyRight = this.open(this.block(rightTree));
    const ofLeft: ConditionTree = { kind: 'not', condition: { kind: 'in', expression: leftKeys(leftTree) } };
    const absent = compileCondition(this, onlyRight, ofLeft, semanticCheck);
    const empty = left.heading.secondary.map((name): [string, string] => [name, 'NULL']);
    const second: Block = { ...onlyRight, heading, columns: new Map([...onlyRight.columns, ...empty]), where: [...onlyRight.where, absent] };
    const selects = [first, second].map((block) => selectStatement(block, this.dialect, heading.names));
    return this.derived(concat(selects, ' UNION ALL '), heading, label);
  }

  private top(block: Block, top: Top): Block {
    const before = block.top;
    const asked = top.orderBy?.join() ?? before?.asked ?? 'KEY';
    if (before !== null && asked === before.asked) {
      const offset = before.offset + top.offset;
      return { ...block, top: { ...before, limit: top.isWindow ? window(before.limit, top) : least(before.limit, top.limit), offset } };
    }
    const opened = before === null ? block : this.wrap(block);
    const terms = orderTerms(opened, top.orderBy ?? ['KEY']);
    const named = this.naming(opened, terms.map(({ name }) => name));
    return { ...named, top: { limit: top.limit, offset: top.offset, orderBy: terms, asked } };
  }
}

/** The smaller limit; null is none. */
const least = (one: number | null, other: number | null): number | null => (one === null || other === null ? (one ?? other) : Math.min(one, other));

/** The limit of a window on rows that are limited themselves. */
const window = (limit: number | null, top: Top): number | null => least(limit === null ? null : Math.max(0, limit - top.offset), top.limit);

const leftKeys = (expression: Expression): Expression => ({
  op: 'project',
  input: expression,
  projection: { attributes: [], named: {} },
});

const sameNames = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));

export const listNames = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function preparedSpec(source: TableSource): TableSpec {
  if (source.spec === null) throw new Error(`table ${source.label} was compiled before it was prepared`);
  return source.spec;
}
