/** Where the packages of a Python environment are, found without running its Python. */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { candidates, type InterpreterPlaces } from './interpreter';

/** Larger files are none that an installer writes. */
const maxBytes = 200_000;
const mostFolders = 64;

/**
 * The folders of the packages that the interpreter of a folder finds, those of editable installs among them; empty when no
 * interpreter with datajoint is found.
 * @param chosen what a person or the Python extension has chosen for the folder
 * @param setting `datajoint.pythonPath`
 */
export async function findPackages(folder: string, env: NodeJS.ProcessEnv, chosen: string | null = null, setting: string | null = null): Promise<string[]> {
  const places: Omit<InterpreterPlaces, 'probe'> = {
    chosen,
    setting,
    activated: env['VIRTUAL_ENV'] ?? (env['CONDA_DEFAULT_ENV'] === 'base' ? undefined : env['CONDA_PREFIX']) ?? null,
    folders: [folder],
    platform: process.platform,
    exists: existsSync,
  };
  for (const { interpreter, meant } of candidates(places)) {
    const found = await packagesOf(onPath(interpreter, env), env);
    if (meant || found.some((each) => existsSync(path.join(each, 'datajoint')))) return found;
  }
  return [];
}

/** @param interpreter a path; null for one that is not there */
async function packagesOf(interpreter: string | null, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (interpreter === null) return [];
  const programs = path.dirname(path.resolve(interpreter));
  const prefix = ['bin', 'Scripts'].includes(path.basename(programs)) ? path.dirname(programs) : programs;
  const home = existsSync(path.join(prefix, 'pyvenv.cfg')) ? [] : [path.join(env['HOME'] ?? homedir(), '.local')];
  const folders: string[] = [];
  for (const each of [prefix, path.join(prefix, 'local'), ...home]) {
    const libraries = path.join(each, 'lib');
    const versions = (await namesIn(libraries)).filter((name) => /^python3(?:\.\d+)?$/.test(name));
    folders.push(...versions.flatMap((version) => [path.join(libraries, version, 'site-packages'), path.join(libraries, version, 'dist-packages')]));
    if (process.platform === 'win32') folders.push(path.join(each, 'Lib', 'site-packages'));
  }
  const there = folders.filter((each) => existsSync(each));
  const editable = await Promise.all(there.map(editableIn));
  return [...new Set([...there, ...editable.flat()])].slice(0, mostFolders);
}

/** Folders that path files name, and those of the packages that setuptools maps by name. */
async function editableIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    const isFinder = /^__editable___.*_finder\.py$/.test(name);
    if (!isFinder && !name.endsWith('.pth')) continue;
    const text = await textOf(path.join(folder, name));
    if (isFinder) {
      const mapping = /^MAPPING\b[^={]*=\s*\{([^}]*)\}/m.exec(text)?.[1] ?? '';
      for (const { 1: target = '' } of mapping.matchAll(/['"][\w.]+['"]\s*:\s*['"]([^'"]+)['"]/g)) found.push(path.dirname(target));
    } else found.push(...text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !/^(?:import\s|#)/.test(line)).map((line) => path.resolve(folder, line)));
  }
  return found.slice(0, mostFolders).filter((each) => existsSync(each));
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).then((names) => names.sort(), () => []);
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    return size > maxBytes ? '' : await readFile(file, 'utf8');
  } catch {
    return '';
  }
}

/** A name is looked for where the system does. */
function onPath(interpreter: string, env: NodeJS.ProcessEnv): string | null {
  if (interpreter.includes('/') || interpreter.includes('\\')) return interpreter;
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  const files = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return files.flatMap((folder) => endings.map((ending) => path.join(folder, interpreter + ending))).find((file) => existsSync(file)) ?? null;
}
