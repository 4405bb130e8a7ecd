/** The grammar of Python. */
import { parser } from '@lezer/python';
import type { Grammar } from './parsedParts';
import { repairPython, withoutStrings } from './pythonText';

export const pythonGrammar: Grammar = {
  parse: (text) => parser.parse(text),
  repair: repairPython,
  withoutStrings,
  statementStart: /^(?=@|(?:class|def|async\s+def|import|from|if|try|with|for)(?!\w)|[A-Za-z_]\w*(?:\s*:[^\n=]*)?\s*=(?!=)|[A-Za-z_][\w.]*\()/gm,
  isHarmless: () => false,
};
