import { DataJointError } from '../../../errors';
import type { ExpressionToken } from '../../expression';

/** Tokens one after the other. */
export class Reader {
  #at = 0;

  constructor(private readonly tokens: readonly ExpressionToken[]) {}

  get atEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  peek(ahead = 0): ExpressionToken | undefined {
    return this.tokens[this.#at + ahead];
  }

  next(): ExpressionToken | undefined {
    return this.tokens[this.#at++];
  }

  isOperator(text: string): boolean {
    const token = this.peek();
    return token?.kind === 'operator' && token.text === text;
  }

  isWord(text: string): boolean {
    return this.isWordAt(0, text);
  }

  isWordAt(ahead: number, wanted: string | RegExp): boolean {
    const token = this.peek(ahead);
    if (token?.kind !== 'word') return false;
    const word = token.text.toLowerCase();
    return typeof wanted === 'string' ? word === wanted : wanted.test(word);
  }

  takeOperator(text: string): boolean {
    return this.#take(this.isOperator(text));
  }

  takeWord(text: string): boolean {
    return this.#take(this.isWord(text));
  }

  /** The next operator when it is one of these, as the map has it; it is then passed. */
  operatorIn(operators: ReadonlySet<string> | ReadonlyMap<string, string>): string | null {
    const token = this.peek();
    if (token?.kind !== 'operator' || !operators.has(token.text)) return null;
    this.#at += 1;
    return 'get' in operators ? (operators.get(token.text) ?? null) : token.text;
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) throw this.#missing(text);
  }

  expectWord(text: string): void {
    if (!this.takeWord(text)) throw this.#missing(text.toUpperCase());
  }

  #take(isThere: boolean): boolean {
    if (isThere) this.#at += 1;
    return isThere;
  }

  #missing(text: string): DataJointError {
    const found = this.peek();
    const place = found === undefined ? 'at its end' : 'text' in found ? `before ${found.text}` : 'before a value';
    return new DataJointError('query', `The SQL text lacks ${text} ${place}.`);
  }
}
