import type { ExpressionToken } from '../expression';
import { quoteIdentifier, quoteText } from './quote';

/** The text of an expression as the person meant it, quoted anew. */
export function expression(tokens: readonly ExpressionToken[]): string {
  let sql = '';
  let before: ExpressionToken | null = null;
  for (const token of tokens) {
    // Between the name of a function and its parenthesis no space may stand. Elsewhere it is as people write it, who look for
    // their text among the statements that a server runs.
    const isTight = before === null || before.kind === 'call' || isOperator(before, '(') || isOperator(token, ')', ',');
    sql += isTight ? tokenText(token) : ` ${tokenText(token)}`;
    before = token;
  }
  return sql;
}

const isOperator = (token: ExpressionToken, ...texts: readonly string[]): boolean => token.kind === 'operator' && texts.includes(token.text);

function tokenText(token: ExpressionToken): string {
  switch (token.kind) {
    case 'text':
      return quoteText(token.text);
    case 'hex':
      return token.prefix === 'X' ? `X'${token.digits}'` : `0x${token.digits}`;
    case 'bits':
      return `b'${token.digits}'`;
    case 'attribute':
      return token.sql;
    case 'name':
      return quoteIdentifier(token.text);
    case 'number':
    case 'word':
    case 'call':
    case 'operator':
      return token.text;
  }
}
