/** Finds the table classes of a folder without running anything, and keeps up with changes. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeSource } from './decodeSource';
import type { FileFacts, SourceLanguage } from './facts';
import { linkClasses, type Linked } from './link';
import { python } from './python';
import type { SourceFile } from './resolver';
import { typescript } from './typescript';
import { type FoundFile, statSource, walkSources } from './walk';

export interface PipelineIndex extends Linked {
  readonly folder: string;
  /** Every source file, with tables or not; absolute paths. */
  readonly files: readonly string[];
}

export interface IndexOptions {
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What beside the folder says which files are read. */
export interface IndexedPlaces {
  /** Folders of installed Python packages, of which those count that the sources import. */
  readonly packages?: readonly string[];
  /** Patterns of files to pass over, as of the editor's `files.exclude`. */
  readonly hidden?: readonly string[];
}

/** Keeps the table classes of one folder. Calls must not overlap. */
export interface Indexer {
  /** Absolute path. */
  readonly folder: string;
  /** Walks the whole folder; only files that changed since the last time are read again. */
  all(options?: IndexOptions): Promise<PipelineIndex>;
}

/** Files of installed packages that are looked for for one folder, most of them in vain. */
const maxInstalled = 20_000;
/** A package's own file is mostly imports; a large one is a library's. */
const maxPackageFile = 20_000;

/** Larger files are data or bundles. */
const maxBytes = 400_000;
/** Longest time without letting others run. */
const sliceMs = 10;

const languages: readonly SourceLanguage[] = [typescript, python];

/** MATLAB's files are only listed, so that its stacks find them. */
const listedOnly = ['.m'];

const endings = [...languages.flatMap((language) => language.extensions), ...listedOnly];

interface KnownFile extends FoundFile {
  /** Null for a file that is only listed. */
  readonly language: SourceLanguage | null;
  /** Null for a file that declares no tables by itself. */
  facts: FileFacts | null;
}

/** Reads the sources of `folder` once. @throws the signal's reason when it aborts */
export function indexPipeline(folder: string, places: IndexedPlaces = {}, options: IndexOptions = {}): Promise<PipelineIndex> {
  return new PipelineIndexer(folder, places).all(options);
}

/** Keeps what it read, by time and size, so that only changed files are read again. */
export class PipelineIndexer implements Indexer {
  readonly folder: string;
  private known = new Map<string, KnownFile>();
  /** Files of packages that were looked for; null for one that is not there, or that has no part in a pipeline. */
  private installed = new Map<string, KnownFile | null>();
  private sliceStart = performance.now();
  private readonly packages: readonly string[];
  private readonly hidden: readonly string[];

  constructor(folder: string, { packages = [], hidden = [] }: IndexedPlaces = {}) {
    this.folder = path.resolve(folder);
    this.packages = packages;
    this.hidden = hidden;
  }

  async all({ signal }: IndexOptions = {}): Promise<PipelineIndex> {
    const found = new Map<string, KnownFile>();
    for await (const file of walkSources(this.folder, endings, { hidden: this.hidden, signal })) {
      const entry = await this.read(file);
      if (entry !== null) found.set(file.file, entry);
      await this.breathe(signal);
    }
    this.known = found;
    // Packages are installed anew behind the folder's back.
    for (const [file, entry] of this.installed) if (entry === null) this.installed.delete(file);
    return this.link(signal);
  }

  private async read(found: FoundFile): Promise<KnownFile | null> {
    const before = this.known.get(found.file);
    if (before?.mtimeMs === found.mtimeMs && before.size === found.size) return before;
    const language = languages.find((candidate) => candidate.extensions.includes(path.extname(found.file)));
    if (language === undefined) return listedOnly.includes(path.extname(found.file)) ? { ...found, language: null, facts: null } : null;
    if (found.size > maxBytes) return null;
    const text = await readText(found.file);
    if (text === null) return null;
    return { ...found, language, facts: language.mayDeclareTables(text) ? language.read(text) : null };
  }

  private async link(signal: AbortSignal | undefined): Promise<PipelineIndex> {
    await this.readImported(signal);
    const sources = new Map<string, SourceFile>();
    for (const { file, language, facts } of [...this.known.values(), ...this.installed.values()].filter((entry) => entry !== null)) {
      if (language !== null && facts !== null) sources.set(file, { language, facts });
    }
    const installed = new Set([...this.installed].flatMap(([file, entry]) => (entry === null ? [] : [file])));
    return { folder: this.folder, ...linkClasses(sources, this.packages, installed), files: [...this.known.keys()] };
  }

  /** Reads the files that table files import: one that only passes a schema on, and those of installed packages. */
  private async readImported(signal: AbortSignal | undefined): Promise<void> {
    const waiting = [...this.known.values()];
    const followed = new Set<KnownFile>();
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      const { language, facts, file } = entry;
      if (language === null || facts === null || followed.has(entry)) continue;
      followed.add(entry);
      for (const module of importedModules(facts, language)) {
        const imported = await this.imported(language, module, file);
        if (imported === null || imported.language === null) continue;
        imported.facts ??= imported.language.read((await readText(imported.file)) ?? '');
        waiting.push(imported);
        await this.breathe(signal);
      }
    }
  }

  /** The file that a module is, of the folder or of an installed package; null for one that has no part in a pipeline. */
  private async imported(language: SourceLanguage, module: string, file: string): Promise<KnownFile | null> {
    if (language.isEngine(module)) return null;
    for (const candidate of language.moduleFiles(module, file, this.packages)) {
      const known = this.known.get(candidate);
      if (known !== undefined) return known;
      if (!this.packages.some((folder) => candidate.startsWith(folder + path.sep))) continue;
      const installed = this.installed.get(candidate);
      const found = installed === undefined ? await this.readInstalled(candidate, language) : installed;
      if (found !== null) return found;
    }
    return null;
  }

  private async readInstalled(file: string, language: SourceLanguage): Promise<KnownFile | null> {
    if (this.installed.size >= maxInstalled) return null;
    const found = await statSource(file);
    const text = found === null || found.size > maxBytes ? null : await readText(file);
    const hasPart = text !== null && (language.mayDeclareTables(text) || (path.basename(file) === language.packageFile && text.length < maxPackageFile));
    const entry = found === null || !hasPart ? null : { ...found, language, facts: language.read(text) };
    this.installed.set(file, entry);
    return entry;
  }

  /** Lets others run when this has taken long enough. */
  private async breathe(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (performance.now() - this.sliceStart < sliceMs) return;
    await nextTurn();
    this.sliceStart = performance.now();
  }
}

function importedModules(facts: FileFacts, language: SourceLanguage): Set<string> {
  const modules = new Set([...facts.passedOn, ...facts.submodules]);
  for (const { binding } of [...facts.bindings.values()].flat()) {
    if (binding.kind !== 'import') continue;
    modules.add(binding.module);
    const submodule = binding.name === null ? null : language.submodule(binding.module, binding.name, null);
    if (submodule !== null) modules.add(submodule);
  }
  return modules;
}

async function readText(file: string): Promise<string | null> {
  try {
    return decodeSource(await readFile(file));
  } catch {
    return null;
  }
}
