/** Class names and table names, as datajoint-python 2.3.2 `user_tables` and `utils` turn one into the other. */
import { DefinitionError } from '../errors';

export type Tier = 'manual' | 'lookup' | 'imported' | 'computed' | 'part';

const PREFIX = { manual: '', lookup: '#', imported: '_', computed: '__' } as const;
const BASE = '[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*';
const TABLE = new RegExp(`^(?<master>(?<prefix>#|__|_|)${BASE})(?:__(?<part>${BASE}))?$`);
/** MySQL's limit; kept on every database so that a pipeline can move. */
const MAX_LENGTH = 64;

/**
 * The SQL name of a class: `Trace` as computed is `__trace`, its part `Peak` is `__trace__peak`. Underscores in the
 * class name are dropped.
 * @throws DefinitionError for a name that is not CamelCase, or too long for a table.
 */
export function tableNameOf(className: string, tier: Tier, masterTable?: string): string {
  const words = className.replaceAll('_', '');
  if (!/^[A-Z][A-Za-z0-9]*$/.test(words)) {
    throw new DefinitionError(
      `Class name "${className}" cannot name a table: it must begin with a capital letter and hold only letters and digits, like SpikeTrain.`,
    );
  }
  const base = words.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  const name = tier === 'part' ? partName(className, base, masterTable) : `${PREFIX[tier]}${base}`;
  if (name.length > MAX_LENGTH) {
    throw new DefinitionError(
      `Class name "${className}" is too long: its table "${name}" would have ${name.length} characters, and ${MAX_LENGTH} is the limit. Choose a shorter name.`,
    );
  }
  return name;
}

function partName(className: string, base: string, masterTable: string | undefined): string {
  if (masterTable === undefined) {
    throw new DefinitionError(`Part "${className}" has no master: define it inside its master class.`);
  }
  return `${masterTable}__${base}`;
}

/** `Trace` of `__trace`, `Peaks.Peak` of `__peaks__peak`. Names that are no table class's come back unchanged. */
export function classNameOf(tableName: string): string {
  const groups = TABLE.exec(tableName)?.groups;
  if (groups === undefined) return tableName;
  const { master = '', part } = groups;
  return part === undefined ? camelCase(master) : `${camelCase(master)}.${camelCase(part)}`;
}

/** The tier that a table's name tells; `hidden` for `~…` and for names that DataJoint does not give. */
export function tierOf(tableName: string): Tier | 'hidden' {
  const groups = TABLE.exec(tableName)?.groups;
  if (groups === undefined) return 'hidden';
  if (groups['part'] !== undefined) return 'part';
  const { prefix } = groups;
  if (prefix === '#') return 'lookup';
  if (prefix === '_') return 'imported';
  return prefix === '__' ? 'computed' : 'manual';
}

/** The table of a part's master, or null for a table that is no part. */
export function masterOf(tableName: string): string | null {
  const groups = TABLE.exec(tableName)?.groups;
  return groups?.['part'] === undefined ? null : (groups['master'] ?? null);
}

/** The table of a table's job queue: `~~trace` of `__trace` (datajoint-python 2.3 `jobs`), whether that may exist or not. */
export function jobsTableOf(tableName: string): string {
  return `~~${tableName.replace(/^_+/, '')}`;
}

/** @throws DefinitionError when the name of the table's job queue would be longer than names may be. */
export function assertQueueHasName(tableName: string): void {
  const name = jobsTableOf(tableName);
  if (name.length <= MAX_LENGTH) return;
  throw new DefinitionError(
    `Table "${tableName}" is too long to have a job queue: "${name}" would have ${name.length} characters, and ${MAX_LENGTH} is the limit. Choose a shorter class name.`,
  );
}

function camelCase(name: string): string {
  return name.replace(/(?:^|[_#])+[a-z]/g, (match) => match.slice(-1).toUpperCase());
}
