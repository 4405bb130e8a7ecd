/** What of a folder is not read as its sources: what git ignores, and what the editor is set to hide. */
import path from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import ignore, { type Ignore } from 'ignore';

/** Larger files are none that a person wrote. */
const maxBytes = 200_000;
const maxPatterns = 2000;
/** A pattern of more wildcards takes a time that grows with their number as an exponent. */
const maxStars = 3;
const maxDoubleStars = 4;

interface Rules {
  /** The folder that the patterns are meant in; absolute. */
  readonly base: string;
  readonly patterns: Ignore;
}

export class Exclusions {
  private constructor(
    /** Those of inner folders last. */
    private readonly ignored: readonly Rules[],
    private readonly hidden: Rules,
  ) {}

  /** @param hidden patterns of the editor's setting `files.exclude`: globs with braces, in `folder` */
  static of(folder: string, hidden: readonly string[]): Exclusions {
    // A pattern without a slash is meant at the top, where git means it everywhere.
    const anchored = hidden.flatMap(alternatives).map((pattern) => (pattern.startsWith('/') ? pattern : `/${pattern}`));
    return new Exclusions([], { base: folder, patterns: ignore().add(anchored.filter(isCheap).slice(0, maxPatterns)) });
  }

  /** Those inside a folder, which may have a `.gitignore` of its own. */
  async within(folder: string): Promise<Exclusions> {
    const text = await textOf(path.join(folder, '.gitignore'));
    const patterns = text.split(/\r?\n/).filter(isCheap).slice(0, maxPatterns);
    return patterns.length === 0 ? this : new Exclusions([...this.ignored, { base: folder, patterns: ignore().add(patterns) }], this.hidden);
  }

  /** Whether a file or folder inside is none of the sources. */
  has(file: string, isFolder: boolean): boolean {
    if (verdict(this.hidden, file, isFolder) === 'in') return true;
    for (const rules of this.ignored.toReversed()) {
      const found = verdict(rules, file, isFolder);
      if (found !== 'unknown') return found === 'in';
    }
    return false;
  }
}

function verdict({ base, patterns }: Rules, file: string, isFolder: boolean): 'in' | 'out' | 'unknown' {
  const relative = path.relative(base, file).replaceAll(path.sep, '/') + (isFolder ? '/' : '');
  const { ignored, unignored } = patterns.test(relative);
  return ignored ? 'in' : unignored ? 'out' : 'unknown';
}

function isCheap(pattern: string): boolean {
  const doubles = pattern.match(/\*\*/g)?.length ?? 0;
  const stars = pattern.replaceAll('**', '').match(/\*/g)?.length ?? 0;
  return pattern.trim() !== '' && !pattern.startsWith('#') && pattern.length <= 500 && doubles <= maxDoubleStars && stars <= maxStars;
}

/** `{a,b}/c` is `a/c` and `b/c`. */
function alternatives(pattern: string): string[] {
  const [, before = '', inside, after = ''] = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(pattern) ?? [];
  return inside === undefined ? [pattern] : inside.split(',').map((each) => before + each + after);
}

async function textOf(file: string): Promise<string> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= maxBytes ? await readFile(file, 'utf8') : '';
  } catch {
    return '';
  }
}
