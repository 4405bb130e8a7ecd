import { DataJointError, UnknownAttributeError } from '../errors';
import type { Block, OrderTerm } from './block';

/** Order terms with KEY spelled out. Attributes that a projection left out still order. */
export function orderTerms(block: Block, orderBy: readonly string[]): OrderTerm[] {
  return orderBy
    .flatMap((entry) => entry.split(','))
    .flatMap((entry) => {
      const [, quoted, bare, word] = /^\s*(?:`([^`]+)`|(\w+))(?:\s+(asc|desc))?\s*$/i.exec(entry) ?? [];
      const name = quoted ?? bare;
      if (name === undefined) {
        throw new DataJointError('query', `Cannot order by "${entry.trim()}": write an attribute's name, optionally followed by ASC or DESC.`);
      }
      const direction = word === undefined ? null : /^asc$/i.test(word) ? 'ASC' : 'DESC';
      const names = name === 'KEY' ? block.heading.primaryKey : [known(block, name)];
      return names.map((each) => ({ name: each, direction }));
    });
}

function known(block: Block, name: string): string {
  const found = block.heading.named(name)?.name ?? (block.left.has(name) ? name : undefined);
  if (found === undefined) throw new UnknownAttributeError(`${block.label} has no attribute "${name}" to order by.`);
  return found;
}
