import { DataJointError, UnknownAttributeError } from '../errors';
import type { Block } from './block';

/** Order terms with KEY spelled out, each `name`, `name ASC` or `name DESC`. */
export function orderTerms(block: Block, orderBy: readonly string[]): string[] {
  return orderBy
    .flatMap((entry) => entry.split(','))
    .flatMap((entry) => {
      const [, quoted, bare, direction] = /^\s*(?:`([^`]+)`|(\w+))(?:\s+(asc|desc))?\s*$/i.exec(entry) ?? [];
      const name = quoted ?? bare;
      if (name === undefined) {
        throw new DataJointError('query', `Cannot order by "${entry.trim()}": write an attribute's name, optionally followed by ASC or DESC.`);
      }
      const names = name === 'KEY' ? block.heading.primaryKey : [name];
      const unknown = names.find((each) => !block.heading.has(each));
      if (unknown !== undefined) throw new UnknownAttributeError(`${block.label} has no attribute "${unknown}" to order by.`);
      return names.map((each) => (direction === undefined ? each : `${each} ${direction.toUpperCase()}`));
    });
}
