/** Small repositories, each a way of working that public ones show, with the tables that datajoint-python has of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../fixtures/labs');

export interface Lab {
  readonly name: string;
  /** The repository, and what is beside it: both relative to it. */
  readonly root: string;
  /** The folder that a person opens. */
  readonly folder: string;
  /** The folder of installed packages; null without one. */
  readonly packages: string | null;
  /** The modules whose import declares its tables. */
  readonly modules: string;
  /** `schema.Class tier file:line makeLine`, sorted; `-` without a make() in the class's file. */
  readonly truth: readonly string[];
}

export const labs: readonly Lab[] = readdirSync(root).map((name) => {
  const whole = path.join(root, name);
  const [first = '', ...truth] = readFileSync(path.join(whole, 'truth.txt'), 'utf8').trimEnd().split('\n');
  const site = path.join(whole, 'site');
  const packages = existsSync(site) ? site : null;
  return { name, root: whole, folder: packages === null ? whole : path.join(whole, 'lab'), packages, modules: first.replace('import ', ''), truth };
});
