/** Keys from a file or from another program: more than a command line can hold. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Condition } from '../engine';
import { usageError } from './arguments';
import type { Populated } from './populatedTable';
import { conditionsOf } from './restriction';

/** So many keys go into one restriction. */
const keysPerGroup = 500;

/**
 * The keys of `--keys-from`, as restrictions of a few hundred keys each.
 * @param file `-` for the standard input
 * @throws DataJointError `usage` for a file that cannot be read or holds something else
 */
export async function keyGroups(file: string, cwd: string, table: Populated, label: string): Promise<{ groups: Condition[]; count: number }> {
  const keys = readKeys(file === '-' ? await text(process.stdin) : await contents(path.resolve(cwd, file), file), file);
  const groups: Condition[] = [];
  for (let start = 0; start < keys.length; start += keysPerGroup) {
    const group = keys.slice(start, start + keysPerGroup);
    groups.push(...(await conditionsOf([`[${group.join(', ')}]`], table, label)));
  }
  return { groups, count: keys.length };
}

async function contents(full: string, file: string): Promise<string> {
  try {
    return await readFile(full, 'utf8');
  } catch {
    throw usageError(`The keys cannot be read: there is no file ${file}.`);
  }
}

/** A JSON list of objects, or an object on each line. Returns each as text. */
function readKeys(content: string, file: string): string[] {
  const trimmed = content.trim();
  const lines = trimmed.startsWith('[') ? [trimmed] : trimmed.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    try {
      const parsed: unknown = JSON.parse(line);
      return Array.isArray(parsed) ? parsed.map((key) => JSON.stringify(key)) : [line];
    } catch {
      throw usageError(`${file} holds no keys: write a JSON list of objects, or one object on each line.`);
    }
  });
}
