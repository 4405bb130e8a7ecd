// Expressions of the relational algebra as data: what the engine, datajoint-python and the naive evaluation are each given.

/** A value of the data and of literals. */
export type Value = number | string | null;

export const OPERATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

/** A restriction. `compare`, `compareTwo`, `isNull` and `words` are SQL text. */
export type Condition =
  | { readonly kind: 'true' }
  | { readonly kind: 'compare'; readonly attribute: string; readonly operator: Operator; readonly value: Value }
  | { readonly kind: 'compareTwo'; readonly one: string; readonly operator: Operator; readonly two: string }
  | { readonly kind: 'isNull'; readonly attribute: string; readonly holds: boolean }
  | { readonly kind: 'words'; readonly word: 'and' | 'or'; readonly items: readonly TextCondition[]; readonly negated: boolean }
  | { readonly kind: 'equal'; readonly values: Readonly<Record<string, Value>>; readonly attribute: string }
  | { readonly kind: 'any' | 'all'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | { readonly kind: 'in'; readonly expression: Expression };

export type TextCondition = Extract<Condition, { kind: 'true' | 'compare' | 'compareTwo' | 'isNull' | 'words' }>;

/** What `proj` makes under a new name. */
export type Computation =
  | { readonly kind: 'rename' | 'copy' | 'coalesce'; readonly of: string }
  | { readonly kind: 'sum'; readonly of: string; readonly and: string }
  | { readonly kind: 'concat'; readonly of: string }
  | { readonly kind: 'constant'; readonly value: Value };

/** What `aggr` computes over the rows of a group. */
export type Aggregate = { readonly kind: 'rows' } | { readonly kind: 'count' | 'sum' | 'min' | 'max'; readonly of: string };

export type Expression =
  | { readonly op: 'table'; readonly name: string }
  | { readonly op: 'restrict' | 'exclude'; readonly input: Expression; readonly condition: Condition }
  | {
      readonly op: 'proj';
      readonly input: Expression;
      /** `...`, names, and names after a minus. */
      readonly attributes: readonly string[];
      readonly named: Readonly<Record<string, Computation>>;
    }
  | { readonly op: 'join' | 'extend' | 'union'; readonly left: Expression; readonly right: Expression }
  | {
      readonly op: 'aggr';
      readonly by: Expression;
      readonly members: Expression;
      readonly named: Readonly<Record<string, Aggregate>>;
      readonly keepAllRows: boolean;
      readonly everything: boolean;
    }
  | { readonly op: 'U'; readonly names: readonly string[]; readonly input: Expression }
  | { readonly op: 'U.aggr'; readonly names: readonly string[]; readonly members: Expression; readonly named: Readonly<Record<string, Aggregate>> }
  | { readonly op: 'top'; readonly input: Expression; readonly limit: number | null; readonly descending: boolean; readonly offset: number };

const literal = (value: Value): string => (typeof value === 'string' ? `"${value}"` : String(value));

/** The SQL text of a condition that is one. */
export function conditionText(condition: TextCondition): string {
  switch (condition.kind) {
    case 'true':
      return 'true';
    case 'compare':
      return `${condition.attribute} ${condition.operator} ${literal(condition.value)}`;
    case 'compareTwo':
      return `\`${condition.one}\`${condition.operator}${condition.two}`;
    case 'isNull':
      return `${condition.attribute} is ${condition.holds ? '' : 'not '}null`;
    case 'words': {
      const text = condition.items.map((item) => `(${conditionText(item)})`).join(` ${condition.word} `);
      return condition.negated ? `not (${text})` : text;
    }
  }
}

export function computationText(computation: Computation): string {
  switch (computation.kind) {
    case 'rename':
      return computation.of;
    case 'copy':
      return `(${computation.of})`;
    case 'coalesce':
      return `coalesce(${computation.of}, -1)`;
    case 'sum':
      return `${computation.of} + ${computation.and} * 2`;
    case 'concat':
      return `concat(${computation.of}, "?")`;
    case 'constant':
      return literal(computation.value);
  }
}

export const aggregateText = (aggregate: Aggregate): string => (aggregate.kind === 'rows' ? 'count(*)' : `${aggregate.kind}(${aggregate.of})`);

/** Both records of named things as SQL text. */
export const texts = <T>(named: Readonly<Record<string, T>>, text: (each: T) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(named).map(([name, each]) => [name, text(each)]));

export const isText = (condition: Condition): condition is TextCondition =>
  ['true', 'compare', 'compareTwo', 'isNull', 'words'].includes(condition.kind);

function conditionWords(condition: Condition): string {
  if (isText(condition)) return `'${conditionText(condition)}'`;
  switch (condition.kind) {
    case 'equal':
      return JSON.stringify(condition.values);
    case 'any':
      return `[${condition.items.map(conditionWords).join(', ')}]`;
    case 'all':
      return `and(${condition.items.map(conditionWords).join(', ')})`;
    case 'not':
      return `not(${conditionWords(condition.item)})`;
    case 'in':
      return inWords(condition.expression);
  }
}

/** The expression for a person who must find out why two sides differ. */
export function inWords(expression: Expression): string {
  switch (expression.op) {
    case 'table':
      return expression.name;
    case 'restrict':
    case 'exclude':
      return `${inWords(expression.input)}.${expression.op}(${conditionWords(expression.condition)})`;
    case 'proj': {
      const named = JSON.stringify(texts(expression.named, computationText));
      return `${inWords(expression.input)}.proj(${[...expression.attributes.map((each) => `'${each}'`), named].join(', ')})`;
    }
    case 'join':
    case 'extend':
    case 'union':
      return `${inWords(expression.left)}.${expression.op}(${inWords(expression.right)})`;
    case 'aggr': {
      const named = JSON.stringify(texts(expression.named, aggregateText));
      const options = `keepAllRows ${expression.keepAllRows}${expression.everything ? ', ...' : ''}`;
      return `${inWords(expression.by)}.aggr(${inWords(expression.members)}, ${named}, ${options})`;
    }
    case 'U':
      return `U(${expression.names.join()}).restrict(${inWords(expression.input)})`;
    case 'U.aggr':
      return `U(${expression.names.join()}).aggr(${inWords(expression.members)}, ${JSON.stringify(texts(expression.named, aggregateText))})`;
    case 'top':
      return `${inWords(expression.input)}.restrict(top(${expression.limit}${expression.descending ? ' DESC' : ''}, ${expression.offset}))`;
  }
}
