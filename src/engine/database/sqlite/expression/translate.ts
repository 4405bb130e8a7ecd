import { DataJointError } from '../../../errors';
import type { ExpressionToken } from '../../expression';
import { quoteIdentifier, quoteText, storedName } from '../quote';
import { agree, comparable, hexText, listed } from './compare';
import { functionCall } from './functions';
import { type Interval, movedMoment } from './moments';
import { type Operand, plain } from './operand';
import { Reader } from './reader';
import { specialCall } from './specialCalls';
import { constant, typedLiteral } from './words';

/**
 * An expression of MySQL as one of SQLite that means the same: `/` gives fractions, LIKE knows backslashes, functions
 * have their own names, moments are added to. What is alike passes through as it stands.
 *
 * Text compares letter by letter, case and spaces at the end included. DataJoint's own server images compare so too, but
 * for the spaces (their collation is binary); a server with another default collation finds more.
 * @throws DataJointError `query` where SQLite has nothing that means the same
 */
export function expression(tokens: readonly ExpressionToken[]): string {
  const translator = new Translator(new Reader(tokens));
  return translator.whole();
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['=', '='], ['<=>', 'IS'], ['<>', '<>'], ['!=', '<>'], ['<', '<'], ['<=', '<='], ['>', '>'], ['>=', '>='],
]);
const SUMS: ReadonlySet<string> = new Set(['+', '-', '|', '&', '<<', '>>']);
const SIGNS: ReadonlySet<string> = new Set(['+', '-', '~', '!']);
/** Words that begin an operand; all others pass through. */
const OPERAND_WORD = /^(case|interval|binary|null|true|false|current_\w+|local\w+|utc_\w+|date|time|timestamp|_\w+)$/;

export class Translator {
  constructor(readonly reader: Reader) {}

  whole(): string {
    const sql = this.sequence();
    if (!this.reader.atEnd) throw new DataJointError('query', 'The SQL text has a closing parenthesis too many.');
    return sql;
  }

  /** Everything up to the closing parenthesis, or to where `ends` holds. */
  sequence(ends: (reader: Reader) => boolean = () => false): string {
    const parts: string[] = [];
    while (!this.reader.atEnd && !this.reader.isOperator(')') && !ends(this.reader)) {
      parts.push(this.#startsOperand() ? this.comparison() : this.#passed());
    }
    return parts.join(' ');
  }

  /** An operand with all that it is compared with. */
  comparison(): string {
    let left = this.sum();
    for (;;) {
      const operator = this.reader.operatorIn(COMPARISONS);
      const negated = operator === null && this.reader.isWord('not') && this.reader.isWordAt(1, /^(like|in|between|regexp|rlike)$/);
      if (operator !== null) {
        const [one, other] = agree(left, this.sum());
        left = plain(`${one} ${operator} ${other}`);
        continue;
      }
      if (negated) this.reader.next();
      const compared = this.#wordComparison(left);
      if (compared === null) return left.sql;
      left = plain(negated ? `NOT (${compared})` : compared);
    }
  }

  #wordComparison(left: Operand): string | null {
    if (this.reader.takeWord('like')) {
      const pattern = this.operand();
      // SQLite knows no escapes unless they are named.
      const escape = this.reader.takeWord('escape') ? this.operand().sql : quoteText('\\');
      return `${left.sql} LIKE ${pattern.sql} ESCAPE ${escape}`;
    }
    if (this.reader.takeWord('regexp') || this.reader.takeWord('rlike')) return `mysql_regexp(${left.sql}, ${this.sum().sql})`;
    if (this.reader.takeWord('between')) {
      const low = agree(left, this.sum());
      this.reader.expectWord('and');
      const high = agree(left, this.sum());
      return `(${low[0]} >= ${low[1]} AND ${high[0]} <= ${high[1]})`;
    }
    if (!this.reader.takeWord('in')) return null;
    this.reader.expectOperator('(');
    const items = this.reader.isWord('select') ? [this.sequence()] : this.#list(left);
    this.reader.expectOperator(')');
    return `${left.sql} IN (${items.join(', ')})`;
  }

  #list(left: Operand): string[] {
    const items: string[] = [];
    do {
      const item = this.sum();
      items.push(listed(left, item));
    } while (this.reader.takeOperator(','));
    return items;
  }

  /** Terms that are added or subtracted, intervals of time among them. */
  sum(): Operand {
    let left = this.#interval('+') ?? this.#product();
    for (;;) {
      const operator = this.reader.operatorIn(SUMS);
      if (operator === null) return left;
      if (operator === '+' || operator === '-') {
        const moved = this.#interval(operator, left);
        if (moved !== null) {
          left = moved;
          continue;
        }
      }
      left = plain(`${left.sql} ${operator} ${this.#product().sql}`);
    }
  }

  /** `INTERVAL amount UNIT` after a sign, added to what stands before it; or first, with a plus and a moment after it. */
  #interval(sign: '+' | '-', before: Operand | null = null): Operand | null {
    if (!this.reader.takeWord('interval')) return null;
    const interval = this.intervalAfterWord(sign);
    if (before !== null) return movedMoment(before, interval);
    this.reader.expectOperator('+');
    // To MySQL all that follows is what the interval is added to.
    return movedMoment(plain(this.comparison()), interval);
  }

  intervalAfterWord(sign: '+' | '-'): Interval {
    const amount = this.sum().sql;
    const unit = this.reader.next();
    if (unit?.kind !== 'word') throw new DataJointError('query', `An interval of ${amount} needs a unit after it, such as DAY.`);
    return { sign, amount, unit: unit.text.toLowerCase() };
  }

  #product(): Operand {
    let left = this.#signed();
    for (;;) {
      if (this.reader.takeOperator('/')) left = plain(`${left.sql} * 1.0 / ${this.#signed().sql}`);
      else if (this.reader.takeOperator('*')) left = plain(`${left.sql} * ${this.#signed().sql}`);
      else if (this.reader.takeOperator('%') || this.reader.takeWord('mod')) left = plain(`mysql_mod(${left.sql}, ${this.#signed().sql})`);
      else if (this.reader.takeOperator('||')) left = plain(`${left.sql} || ${this.#signed().sql}`);
      else if (this.reader.takeWord('div')) left = plain(`CAST(${left.sql} / ${this.#signed().sql} AS INTEGER)`);
      else return left;
    }
  }

  #signed(): Operand {
    const sign = this.reader.operatorIn(SIGNS);
    if (sign === null) return this.operand();
    const { sql } = this.#signed();
    return plain(sign === '!' ? `(NOT ${sql})` : `${sign} ${sql}`);
  }

  /** One value: a literal, an attribute, a call, what is in parentheses, a CASE. */
  operand(): Operand {
    let operand = this.#first();
    for (;;) {
      if (this.reader.takeWord('collate')) operand = plain(`${operand.sql} COLLATE ${collation(this.reader.next())}`);
      // SQLite's own -> gives JSON, which no text is equal to.
      else if (this.reader.takeOperator('->') || this.reader.takeOperator('->>')) operand = plain(`${operand.sql} ->> ${this.#first().sql}`);
      else return operand;
    }
  }

  #first(): Operand {
    const token = this.reader.next();
    switch (token?.kind) {
      case 'text':
        return { sql: textLiteral(token.text), type: null, literal: token };
      case 'hex':
        return { sql: token.prefix === 'X' ? `X'${token.digits}'` : `0x${token.digits}`, type: null, literal: token };
      case 'bits':
        return plain(String(BigInt(`0b${token.digits === '' ? '0' : token.digits}`)));
      case 'number':
        return plain(token.text.endsWith('.') ? `${token.text}0` : token.text);
      case 'attribute':
        return { sql: comparable(token.sql, token.type), type: token.type, literal: null };
      case 'name':
        return plain(this.reader.isWordAt(-2, /^(from|join)$/) ? this.#table(token.text) : this.#qualified(quoteIdentifier(token.text)));
      case 'call':
        return specialCall(this, token.text.toLowerCase()) ?? this.#call(token.text.toLowerCase());
      case 'word':
        return this.#word(token.text.toLowerCase());
      case 'operator':
        if (token.text !== '(') break;
        return plain(`(${this.#closed()})`);
      case undefined:
    }
    throw new DataJointError('query', `The SQL text ${token === undefined ? 'ends' : `has ${token.text}`} where a value should stand.`);
  }

  #word(word: string): Operand {
    if (word === 'case') return plain(this.#case());
    if (word === 'binary') return this.operand();
    const literal = this.reader.peek();
    if (word.startsWith('_') && (literal?.kind === 'text' || literal?.kind === 'hex')) {
      const { sql } = this.#first();
      const text = literal.kind === 'hex' && word !== '_binary' ? hexText(literal.digits) : null;
      return text === null ? { sql, type: null, literal } : { sql: quoteText(text), type: null, literal: { kind: 'text', text } };
    }
    if (literal?.kind === 'text' && /^(date|time|timestamp)$/.test(word)) {
      this.reader.next();
      const text = typedLiteral(word, literal.text);
      return { sql: quoteText(text), type: null, literal: { kind: 'text', text } };
    }
    return constant(word);
  }

  #case(): string {
    const sql = this.sequence((at) => at.isWord('end'));
    this.reader.expectWord('end');
    return `CASE ${sql} END`;
  }

  #call(name: string): Operand {
    this.reader.expectOperator('(');
    const args: string[] = [];
    if (!this.reader.isOperator(')')) {
      do args.push(this.sequence((at) => at.isOperator(',')));
      while (this.reader.takeOperator(','));
    }
    this.reader.expectOperator(')');
    return functionCall(name, args);
  }

  /** What is left of a parenthesis that has been opened, with its end. */
  #closed(): string {
    const sql = this.sequence();
    this.reader.expectOperator(')');
    return sql;
  }

  /** A table's schema is part of its name here. */
  #table(first: string): string {
    if (!this.reader.takeOperator('.')) return quoteIdentifier(first);
    const table = this.reader.next();
    return quoteIdentifier(storedName({ schema: first, table: table?.kind === 'name' ? table.text : '' }));
  }

  #qualified(first: string): string {
    let name = first;
    while (this.reader.takeOperator('.')) {
      const part = this.reader.next();
      name += `.${part?.kind === 'name' ? quoteIdentifier(part.text) : '*'}`;
    }
    return name;
  }

  #passed(): string {
    const token = this.reader.next();
    if (token?.kind !== 'operator' && token?.kind !== 'word') throw new Error('only words and operators pass');
    if (token.text === '&&') return 'AND';
    if (/^(\^|xor|sounds)$/i.test(token.text)) {
      throw new DataJointError('query', `The embedded database has no ${token.text.toUpperCase()}: write the condition with other operators.`);
    }
    return token.text;
  }

  #startsOperand(): boolean {
    const token = this.reader.peek();
    if (token?.kind === 'word') return OPERAND_WORD.test(token.text.toLowerCase());
    return token?.kind !== 'operator' || token.text === '(' || SIGNS.has(token.text);
  }
}

/** SQLite ends its text at a zero character. */
function textLiteral(text: string): string {
  return text.includes('\0') ? `CAST(X'${Buffer.from(text).toString('hex')}' AS TEXT)` : quoteText(text);
}

/** `utf8mb4_bin` compares letter by letter, `…_ci` lets the case of ASCII letters be. */
function collation(token: ExpressionToken | undefined): string {
  const name = token?.kind === 'word' ? token.text.toLowerCase() : '';
  return name.endsWith('_ci') || name === 'nocase' ? 'NOCASE' : 'BINARY';
}
