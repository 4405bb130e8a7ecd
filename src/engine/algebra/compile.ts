import type { Dialect, TableSpec } from '../database';
import { DataJointError } from '../errors';
import { type Block, columnOf, isSealed, selectStatement } from './block';
import { all, concat, type Fragment, raw, sql } from './fragment';
import { Heading } from './heading';
import { assertSameOrigin } from './lineage';
import { project } from './projection';
import { compileCondition } from './restriction';
import type { Expression, TableSource, Top } from './expression';
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
        return this.union(expression.left, expression.right);
      case 'distinct':
        return this.distinct(this.open(this.block(expression.input)), expression.attributes);
      case 'top':
        return this.top(this.block(expression.input), expression.top);
    }
  }

  /** The block itself when more can be merged into it, else a block that selects from it as a subquery. */
  open(block: Block): Block {
    return isSealed(block) ? this.wrap(block) : block;
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
      from: { first: sql`(${select}) AS ${alias}`, rest: [] },
      where: [],
      groupBy: null,
      distinct: false,
      top: null,
    };
  }

  private columnsOf(alias: string, names: readonly string[]): Map<string, Fragment> {
    return new Map(names.map((name) => [name, raw(`${alias}.${this.dialect.quoteIdentifier(name)}`)]));
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
    const computes = right.heading.attributes.some((attribute) => attribute.stored === null);
    const second = outer && (right.where.length > 0 || right.from.rest.length > 0 || computes) ? this.wrap(right) : right;
    const matches = right.heading.names
      .filter((name) => left.heading.has(name))
      .map((name) => sql`${columnOf(left, name)} = ${columnOf(second, name)}`);
    // A condition on several joined tables cannot stand before all of them are named, so it moves to WHERE.
    const inWhere = second.from.rest.length > 0;
    const on = inWhere ? raw('TRUE') : all(matches);
    return {
      heading,
      label: `${left.label} * ${right.label}`,
      columns: new Map([...second.columns, ...left.columns]),
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
      // What is computed gets a name of its own, under which it can be grouped by.
      const groups = opened.heading.attributes.some((attribute) => attribute.stored === null) ? this.wrap(opened) : opened;
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
      joined = { ...group, heading: this.keyed(group, by) };
    }
    // `...` means the attributes of what is grouped by, not those of the rows in the groups.
    const attributes = expression.projection.attributes.flatMap((name) => (name === '...' ? everything : [name]));
    const projected = project(joined, { attributes, named: expression.projection.named }, this.dialect);
    // MariaDB wants what the key determines to be named as well, where it is read.
    const read = projected.heading.names.map((name) => columnOf(projected, name).sql).join(' ');
    const determined = everything.map((name) => columnOf(joined, name)).filter((column) => read.includes(column.sql));
    const groupBy = [...joined.heading.primaryKey.map((name) => columnOf(joined, name)), ...determined];
    // Without GROUP BY no rows would give one row of aggregates: right for dj.U(), wrong for a query without rows.
    return { ...projected, groupBy: 'op' in by && groupBy.length === 0 ? [raw('NULL')] : groupBy };
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
    return { ...block, heading: new Heading(kept, heading.lineageKnown), distinct: true };
  }

  private union(leftTree: Expression, rightTree: Expression): Block {
    const left = this.open(this.block(leftTree));
    const right = this.open(this.block(rightTree));
    assertSameOrigin(left, right, true, 'unite');
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
    if (heading.secondary.length === 0) {
      const both = [left, right].map((block) => selectStatement(block, this.dialect, key));
      return this.derived(concat(both, ' UNION '), heading, label);
    }
    // Rows of the left with what the right adds, then the rows that only the right has.
    const first = this.joinBlocks(left, right, true, heading);
    const onlyRight = this.open(this.block(rightTree));
    const absent = compileCondition(this, onlyRight, { kind: 'not', condition: { kind: 'in', expression: leftKeys(leftTree) } }, true);
    const empty = left.heading.secondary.map((name): [string, Fragment] => [name, raw('NULL')]);
    const second: Block = { ...onlyRight, heading, columns: new Map([...onlyRight.columns, ...empty]), where: [...onlyRight.where, absent] };
    const selects = [first, second].map((block) => selectStatement(block, this.dialect, heading.names));
    return this.derived(concat(selects, ' UNION ALL '), heading, label);
  }

  private top(block: Block, top: Top): Block {
    const given = top.orderBy === null ? null : orderTerms(block, top.orderBy);
    const before = block.top;
    if (before === null) {
      return { ...block, top: { limit: top.limit, offset: top.offset, orderBy: given ?? orderTerms(block, ['KEY']) } };
    }
    if (given !== null && given.join() !== before.orderBy.join()) {
      const outer = this.wrap(block);
      return { ...outer, top: { limit: top.limit, offset: top.offset, orderBy: orderTerms(outer, top.orderBy ?? ['KEY']) } };
    }
    const left = before.limit === null ? null : Math.max(0, before.limit - top.offset);
    const limit = left === null ? top.limit : top.limit === null ? left : Math.min(left, top.limit);
    return { ...block, top: { limit, offset: before.offset + top.offset, orderBy: before.orderBy } };
  }
}

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
