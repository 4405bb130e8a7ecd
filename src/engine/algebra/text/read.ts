import type { ColumnType, Dialect, ExpressionToken } from '../../database';
import { UnknownAttributeError } from '../../errors';
import { quote, type Token, tokenize } from './tokens';
import { ALSO_FUNCTIONS, FIRST_WORDS, RESERVED, TYPE_AFTER, TYPED_LITERALS, UNITS, UNRESERVED, VALUE_WORDS } from './vocabulary';

/** An attribute as a column of the statement, with its type; null for a computed one. */
export interface Column {
  readonly sql: string;
  readonly type: ColumnType | null;
}

/**
 * SQL text as a person writes it in a restriction or projection, as an expression of the database. Attribute names become
 * the columns that `column` gives for them. Strings become literals that the dialect quotes anew, since the grammar wants
 * literals in places, and equal texts are to become equal SQL.
 * @param where what the text is about, for messages
 * @throws UnknownAttributeError for a name that is neither an attribute, a function nor an SQL word.
 * @throws DataJointError `query` for a quote that never ends, a semicolon or a variable.
 */
export function compileSqlText(text: string, column: (name: string) => Column | undefined, where: string, dialect: Dialect): string {
  return dialect.expression(new Reader(text, column, where).read());
}

/** The bare name that a text consists of, or null: `a` renames, anything else computes. */
export function bareName(text: string): string | null {
  const name = /^(?:`([^`]+)`|([A-Za-z_$][A-Za-z0-9_$]*))$/.exec(text.trim());
  const found = name?.[1] ?? name?.[2];
  return found === undefined || VALUE_WORDS.has(found.toLowerCase()) && name?.[1] === undefined ? null : found;
}

type NameToken = Extract<Token, { kind: 'name' }>;

/** What a parenthesis is, and how far it has been read. */
interface Frame {
  /** The function whose arguments it holds, else empty. */
  readonly call: string;
  /** The rest is a type. */
  typed: boolean;
  /** An INTERVAL waits for its unit. */
  interval: boolean;
  /** How many CASE wait for their END. */
  cases: number;
  /** It is inside a subquery, whose own names come first. */
  subquery: boolean;
}

const frame = (call: string, subquery = false): Frame => ({ call, typed: false, interval: false, cases: 0, subquery });

/** Tells what each token is by where it stands. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #hasSubquery: boolean;
  readonly #frames: Frame[] = [frame('')];
  readonly #read: ExpressionToken[] = [];

  constructor(
    private readonly text: string,
    private readonly column: (name: string) => Column | undefined,
    private readonly where: string,
  ) {
    this.#tokens = tokenize(text);
    this.#hasSubquery = this.#tokens.some((token) => token.kind === 'name' && /^select$/i.test(token.text));
  }

  read(): ExpressionToken[] {
    for (const [index, token] of this.#tokens.entries()) {
      if (token.kind === 'operator') this.#operator(token.text);
      this.#read.push(token.kind === 'name' ? this.#name(token, index) : token);
    }
    return this.#read;
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? frame('');
  }

  get #last(): ExpressionToken | undefined {
    return this.#read.at(-1);
  }

  #operator(text: string): void {
    const last = this.#last;
    if (text === '(') this.#frames.push(frame(last?.kind === 'call' ? last.text.toLowerCase() : '', this.#frame.subquery));
    else if (text === ')' && this.#frames.length > 1) this.#frames.pop();
    else if (text === ',') this.#separated(text);
  }

  /** After a comma or a word of the grammar, a type may follow. */
  #separated(by: string): void {
    if (TYPE_AFTER.get(this.#frame.call)?.has(by) === true) this.#frame.typed = true;
  }

  #name(token: NameToken, index: number): ExpressionToken {
    const next = this.#tokens[index + 1];
    const follows = (operator: string): boolean => next?.kind === 'operator' && next.text === operator;
    const isTable = this.#frame.call === '' && (this.#isAfterWord('from') || this.#isAfterWord('join'));
    const isPart = isTable || follows('.') || this.#isAfter('.');
    if (!isPart && !token.quoted) {
      const word = token.text.toLowerCase();
      const isString = next?.kind === 'text' || next?.kind === 'hex' || next?.kind === 'bits';
      const isFollowedBy = next?.kind === 'name' && /^by$/i.test(next.text);
      if (this.#isWord(word, follows('('), isString, isFollowedBy)) return { kind: 'word', text: token.text };
      if (follows('(')) return { kind: 'call', text: token.text };
    }
    const known = isPart ? undefined : this.column(token.text);
    // The database finds a name of the subquery's own tables first, then the attribute; unless that has another name there.
    const isBare = known !== undefined && this.#frame.subquery && /^t\d+\.[`"](.*)[`"]$/s.exec(known.sql)?.[1] === token.text;
    if (known !== undefined && !isBare) return { kind: 'attribute', ...known };
    if (!token.quoted && !isPart && UNRESERVED.has(token.text.toLowerCase())) return { kind: 'word', text: token.text };
    if (this.#hasSubquery) return { kind: 'name', text: token.text };
    throw new UnknownAttributeError(`${this.where} has no attribute "${token.text}", which the text ${quote(this.text)} names.`);
  }

  /** Whether an unquoted name is a word of the grammar here, whatever the attributes are called. */
  #isWord(word: string, isCall: boolean, isBeforeString: boolean, isBeforeBy: boolean): boolean {
    const { call, typed } = this.#frame;
    if (typed || this.#isAfterWord('collate')) return true;
    if (isBeforeString && (TYPED_LITERALS.has(word) || word.startsWith('_'))) return true;
    if (isBeforeBy && /^(order|group|partition)$/.test(word)) return true;
    if (this.#isAfter('(') && FIRST_WORDS.get(call)?.has(word) === true) return true;
    if (this.#frame.interval && UNITS.has(word) && this.#endsOperand()) {
      this.#frame.interval = false;
      return true;
    }
    if (this.#frame.cases > 0 && word === 'end' && this.#endsOperand()) {
      this.#frame.cases -= 1;
      return true;
    }
    // MOD(a, b) is a function, a MOD (b) is not.
    if (isCall && ALSO_FUNCTIONS.has(word) && !this.#endsOperand()) return false;
    if (!RESERVED.has(word) && TYPE_AFTER.get(call)?.has(word) !== true) return false;
    if (word === 'interval') this.#frame.interval = true;
    if (word === 'case') this.#frame.cases += 1;
    if (word === 'select') this.#frame.subquery = true;
    this.#separated(word);
    return true;
  }

  #isAfter(operator: string): boolean {
    return this.#last?.kind === 'operator' && this.#last.text === operator;
  }

  #isAfterWord(word: string): boolean {
    return this.#last?.kind === 'word' && this.#last.text.toLowerCase() === word;
  }

  #endsOperand(): boolean {
    const last = this.#last;
    if (last === undefined || last.kind === 'call') return false;
    if (last.kind === 'operator') return last.text === ')';
    return last.kind !== 'word' || VALUE_WORDS.has(last.text.toLowerCase());
  }
}
