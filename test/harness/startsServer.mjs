// Which test files start a database server: those that import test/harness/server.ts, themselves or through others.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';

const starter = path.join(root, 'test/harness/server.ts');
const imported = /^(?:import|export)\s(?!type\b)[^'"]*?['"](\.[^'"]*)['"]/gm;

/** @param {string} file relative to the root */
export function startsServer(file, seen = new Set()) {
  const absolute = path.resolve(root, file);
  if (absolute === starter) return true;
  if (seen.has(absolute) || !absolute.startsWith(path.join(root, 'test') + path.sep)) return false;
  seen.add(absolute);
  const names = [...readFileSync(absolute, 'utf8').matchAll(imported)].map(([, name]) => path.resolve(path.dirname(absolute), name));
  const files = names.flatMap((name) => [`${name}.ts`, `${name}/index.ts`]).filter((name) => existsSync(name));
  return files.some((name) => startsServer(name, seen));
}
