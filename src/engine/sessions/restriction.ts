/**
 * Conditions on sessions, as `dj.kill` takes them (document 003): comparisons of the processlist's columns with
 * literals, joined by AND, OR, NOT and parentheses. Read here and applied to rows that are already here; no part of the
 * text ever reaches a database.
 */
import type { SessionInfo } from '../database';
import { compare, SESSION_COLUMNS, sessionColumn, type SessionValue } from './columns';
import { like } from './like';
import { refusal, type Token, tokens } from './tokens';

/** SQL's three answers; null is "unknown", which keeps no row. */
type Answer = boolean | null;
type Test = (session: SessionInfo) => Answer;
type Operand = (session: SessionInfo) => SessionValue;

/** Nesting beyond this is a mistake rather than a condition. */
const MAX_DEPTH = 100;

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * `HOST LIKE "%compute%" AND TIME > 600` as a test of a session. An empty text keeps every session.
 * @throws DataJointError `query` with the position of what cannot be read: a syntax error, an unknown column, a function
 * call, a subquery, a semicolon.
 */
export function sessionRestriction(text: string): (session: SessionInfo) => boolean {
  if (text.trim() === '') return () => true;
  const test = new Parser(text).whole();
  return (session) => test(session) === true;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  whole(): Test {
    const test = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#unexpected(rest, 'AND, OR or the end');
    return test;
  }

  #or(): Test {
    let test = this.#and();
    while (this.#take('OR') || this.#take('||')) {
      const [left, right] = [test, this.#and()];
      test = (session) => either(left(session), right(session));
    }
    return test;
  }

  #and(): Test {
    let test = this.#not();
    while (this.#take('AND') || this.#take('&&')) {
      const [left, right] = [test, this.#not()];
      test = (session) => negated(either(negated(left(session)), negated(right(session))));
    }
    return test;
  }

  #not(): Test {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw refusal('The condition is nested too deeply', this.#peek().at);
    try {
      if (this.#take('NOT') || this.#take('!')) {
        const test = this.#not();
        return (session) => negated(test(session));
      }
      if (this.#take('(')) {
        const test = this.#or();
        this.#expect(')');
        return test;
      }
      return this.#predicate();
    } finally {
      this.#depth -= 1;
    }
  }

  #predicate(): Test {
    const left = this.#operand();
    if (this.#take('IS')) {
      const not = this.#take('NOT');
      this.#expect('NULL');
      return (session) => (left(session) === null) !== not;
    }
    if (this.#take('<=>')) {
      const right = this.#operand();
      return (session) => sameOrBothNull(left(session), right(session));
    }
    const operator = comparisons[this.#peek().text];
    if (operator !== undefined && this.#peek().kind === 'sign') {
      this.#next += 1;
      const right = this.#operand();
      return (session) => compared(left(session), right(session), operator);
    }
    const not = this.#take('NOT');
    const test = this.#worded(left);
    return not ? (session) => negated(test(session)) : test;
  }

  #worded(left: Operand): Test {
    if (this.#take('LIKE')) {
      const pattern = this.#operand();
      return (session) => {
        const [text, wanted] = [left(session), pattern(session)];
        return text === null || wanted === null ? null : like(String(text), String(wanted));
      };
    }
    if (this.#take('BETWEEN')) {
      const low = this.#operand();
      this.#expect('AND');
      const high = this.#operand();
      return (session) => {
        const value = left(session);
        const below = compared(value, low(session), (order) => order < 0);
        return negated(either(below, compared(value, high(session), (order) => order > 0)));
      };
    }
    if (this.#take('IN')) {
      this.#expect('(');
      const choices = [this.#operand()];
      while (this.#take(',')) choices.push(this.#operand());
      this.#expect(')');
      const equal = (order: number) => order === 0;
      return (session) =>
        choices.map((choice) => compared(left(session), choice(session), equal)).reduce(either);
    }
    throw this.#unexpected(this.#peek(), 'a comparison such as =, <, LIKE, IN, BETWEEN or IS NULL');
  }

  #operand(): Operand {
    const token = this.#peek();
    this.#next += 1;
    if (token.kind === 'text') return () => token.text;
    if (token.kind === 'number') return () => Number(token.text);
    if (token.kind === 'word' && token.text === 'NULL') return () => null;
    if (token.kind !== 'word' && token.kind !== 'column') throw this.#unexpected(token, 'a column or a value');
    if (token.kind === 'word' && token.text === 'SELECT') throw refusal('A subquery cannot be used here', token.at);
    if (this.#peek().text === '(' && this.#peek().kind === 'sign') {
      throw refusal(`The function ${token.text}() cannot be used here: compare a column with a value`, token.at);
    }
    const column = sessionColumn(token.text);
    if (column !== null) return column;
    throw refusal(`There is no column ${token.text}: use ${SESSION_COLUMNS.join(', ')}`, token.at);
  }

  #peek(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw refusal('The condition ends too soon', 0);
    return token;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if ((token.kind !== 'word' && token.kind !== 'sign') || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(this.#peek(), text);
  }

  #unexpected(token: Token, wanted: string): Error {
    if (token.kind === 'end') return refusal(`The condition ends where ${wanted} is expected`, token.at);
    if (token.kind === 'word' && token.text === 'SELECT') return refusal('A subquery cannot be used here', token.at);
    return refusal(`"${token.text}" stands where ${wanted} is expected`, token.at);
  }
}

function negated(answer: Answer): Answer {
  return answer === null ? null : !answer;
}

function either(left: Answer, right: Answer): Answer {
  if (left === true || right === true) return true;
  return left === null || right === null ? null : false;
}

function compared(left: SessionValue, right: SessionValue, operator: (order: number) => boolean): Answer {
  return left === null || right === null ? null : operator(compare(left, right));
}

function sameOrBothNull(left: SessionValue, right: SessionValue): boolean {
  return left === null || right === null ? left === right : compare(left, right) === 0;
}
