/** The grammar of TypeScript and JavaScript. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';
import type { Grammar } from './parsedParts';

const typescriptParser = parser.configure({ dialect: 'ts' });

export const typescriptGrammar: Grammar = {
  parse: (text) => typescriptParser.parse(text),
  repair: (text) => text,
  withoutStrings: (text) => text,
  statementStart:
    /^(?=@|(?:export|import|(?:abstract\s+)?class|const|let|(?:async\s+)?function)(?![\w$]))/gm,
  isHarmless: ({ node }) => node.parent !== null && isStrayDecorator(node.parent),
};

/** `@schema export class …`: the parser leaves the decorators in an empty declaration before the export. */
export function isStrayDecorator(node: SyntaxNode): boolean {
  return node.name === 'ClassDeclaration' && node.getChild('Decorator') !== null && node.getChild('class') === null;
}
