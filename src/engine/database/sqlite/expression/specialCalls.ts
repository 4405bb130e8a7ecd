import { DataJointError } from '../../../errors';
import { quoteText } from '../quote';
import { movedMoment } from './moments';
import { type Operand, plain } from './operand';
import type { Translator } from './translate';
import { cast } from './words';

type Call = (translator: Translator) => string | Operand;

/** Functions whose arguments have words of their own among them. The name has been read, the parenthesis has not. */
const CALLS: Readonly<Record<string, Call>> = {
  cast: (translator) => {
    const value = translator.comparison();
    translator.reader.expectWord('as');
    return castTo(translator, value);
  },
  convert: (translator) => {
    const value = translator.comparison();
    if (!translator.reader.takeWord('using')) {
      translator.reader.expectOperator(',');
      return castTo(translator, value);
    }
    translator.reader.next();
    return `(${value})`;
  },
  extract: (translator) => {
    const unit = unitOf(translator);
    translator.reader.expectWord('from');
    return `mysql_extract(${quoteText(unit)}, ${translator.comparison()})`;
  },
  timestampdiff: (translator) => `mysql_timestampdiff(${quoteText(unitOf(translator))}${more(translator)})`,
  timestampadd: (translator) => {
    const unit = unitOf(translator);
    translator.reader.expectOperator(',');
    const amount = translator.comparison();
    translator.reader.expectOperator(',');
    return movedMoment(translator.sum(), { sign: '+', amount, unit });
  },
  date_add: (translator) => moved(translator, '+'),
  adddate: (translator) => moved(translator, '+'),
  date_sub: (translator) => moved(translator, '-'),
  subdate: (translator) => moved(translator, '-'),
  trim: (translator) => {
    const { reader } = translator;
    const side = ['leading', 'trailing', 'both'].find((word) => reader.takeWord(word)) ?? 'both';
    const first = reader.isWord('from') ? quoteText(' ') : translator.comparison();
    return reader.takeWord('from') ? `mysql_trim(${quoteText(side)}, ${first}, ${translator.comparison()})` : `trim(${first})`;
  },
  substring: (translator) => part(translator),
  substr: (translator) => part(translator),
  mid: (translator) => part(translator),
  position: (translator) => {
    const wanted = translator.sum().sql;
    translator.reader.expectWord('in');
    return `instr(${translator.sum().sql}, ${wanted})`;
  },
  json_value: (translator) => {
    const document = translator.comparison();
    translator.reader.expectOperator(',');
    const value = `(${document} ->> ${translator.comparison()})`;
    return translator.reader.takeWord('returning') ? castTo(translator, value) : value;
  },
  group_concat: (translator) => {
    const { reader } = translator;
    const isDistinct = reader.takeWord('distinct');
    const parts = [translator.comparison()];
    while (reader.takeOperator(',')) parts.push(translator.comparison());
    const order = translator.sequence((at) => at.isWord('separator'));
    const separator = reader.takeWord('separator') ? translator.operand().sql : "','";
    if (isDistinct && separator !== "','") {
      throw new DataJointError('query', 'The embedded database joins distinct values by commas only: leave SEPARATOR out.');
    }
    const values = parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' || ')})`;
    return `group_concat(${isDistinct ? `DISTINCT ${values}` : `${values}, ${separator}`} ${order})`;
  },
};

/** The call of such a function; null for one whose arguments are plain. */
export function specialCall(translator: Translator, name: string): Operand | null {
  const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (call === undefined) return null;
  translator.reader.expectOperator('(');
  const made = call(translator);
  translator.reader.expectOperator(')');
  return typeof made === 'string' ? plain(made) : made;
}

/** The type up to the end of the parenthesis: lengths, `SIGNED INTEGER` and `CHARACTER SET` change nothing here. */
function castTo({ reader }: Translator, value: string): string {
  const type = reader.next();
  const digits: string[] = [];
  let depth = 0;
  for (let token = reader.peek(); token !== undefined && (depth > 0 || !reader.isOperator(')')); token = reader.peek()) {
    if (reader.isOperator('(')) depth += 1;
    if (reader.isOperator(')')) depth -= 1;
    if (token.kind === 'number') digits.push(token.text);
    reader.next();
  }
  return cast(value, type?.kind === 'word' ? type.text.toLowerCase() : '', digits[1] ?? '0');
}

function unitOf({ reader }: Translator): string {
  const unit = reader.next();
  return unit?.kind === 'word' ? unit.text.toLowerCase().replace('sql_tsi_', '') : '';
}

/** The arguments that are left. */
function more(translator: Translator): string {
  let sql = '';
  while (translator.reader.takeOperator(',')) sql += `, ${translator.comparison()}`;
  return sql;
}

function moved(translator: Translator, sign: '+' | '-'): Operand {
  const moment = translator.sum();
  translator.reader.expectOperator(',');
  if (translator.reader.takeWord('interval')) return movedMoment(moment, translator.intervalAfterWord(sign));
  return movedMoment(moment, { sign, amount: translator.comparison(), unit: 'day' });
}

/** `SUBSTRING(text FROM 2 FOR 3)`, or with commas. */
function part(translator: Translator): string {
  const { reader } = translator;
  const args = [translator.comparison()];
  while (reader.takeOperator(',') || reader.takeWord('from') || reader.takeWord('for')) args.push(translator.comparison());
  return `mysql_substring(${args.join(', ')})`;
}
