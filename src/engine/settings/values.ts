import { DataJointError } from '../errors';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const YES = /^(true|1|yes|on|t|y)$/i;
const NO = /^(false|0|no|off|f|n)$/i;
/** Settings whose values no message may repeat. */
const SECRET = /pass|secret|token|key|credential|connection_string|^DJ_STORES|^DJ_JOBS$|^stores\./i;

/**
 * Settings of one source by name, read with the type that each must have. A setting that is absent or null reads as
 * undefined. Numbers and flags may be spelled as text, as datajoint-python 2.3 allows it (pydantic's lax mode).
 * @throws DataJointError `usage` that names the source, the setting, what it must be and, unless secret, what it is.
 */
export class Values {
  constructor(
    /** For messages: the path of a file or folder, or `the environment`. */
    readonly source: string,
    private readonly values: ReadonlyMap<string, unknown>,
  ) {}

  text(name: string): string | undefined {
    return this.#read(name, 'text in quotes', (value) => (typeof value === 'string' ? value : undefined));
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'true or false', flagOf);
  }

  /** A whole number within the bounds. */
  whole(name: string, lowest: number, highest: number): number | undefined {
    const expected =
      highest === Infinity ? `a whole number of at least ${lowest}` : `a whole number from ${lowest} to ${highest}`;
    return this.#read(name, expected, (value) => {
      const isSpelled = typeof value === 'string' && /^\s*[+-]?\d+(\.0*)?\s*$/.test(value);
      const number = isSpelled ? Number(value) : value;
      const fits = typeof number === 'number' && Number.isInteger(number) && number >= lowest && number <= highest;
      return fits ? number : undefined;
    });
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const expected = choices.map((choice) => `"${choice}"`).join(' or ');
    return this.#read(name, expected, (value) => choices.find((choice) => choice === value));
  }

  /** What `parse` makes of the value; undefined refuses it. */
  other<T>(name: string, expected: string, parse: (value: unknown) => T | undefined): T | undefined {
    return this.#read(name, expected, parse);
  }

  /** The settings of an object, which may be spelled as JSON. Empty when it is absent. */
  object(name: string): Values {
    const found = this.#read(name, 'an object', (value) =>
      typeof value === 'string' ? jsonObject(value) : isRecord(value) ? value : undefined,
    );
    return new ObjectValues(this.source, name, new Map(Object.entries(found ?? {})));
  }

  /** Every setting, in the order of the source. */
  entries(): IterableIterator<[string, unknown]> {
    return this.values.entries();
  }

  /** How messages call a setting. */
  protected nameOf(name: string): string {
    return name;
  }

  #read<T>(name: string, expected: string, parse: (value: unknown) => T | undefined): T | undefined {
    const value = this.values.get(name) ?? undefined;
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    throw new DataJointError(
      'usage',
      `The setting ${this.nameOf(name)} in ${this.source} must be ${expected}, not ${shown(this.nameOf(name), value)}.`,
    );
  }
}

class ObjectValues extends Values {
  constructor(
    source: string,
    private readonly owner: string,
    values: ReadonlyMap<string, unknown>,
  ) {
    super(source, values);
  }

  protected override nameOf(name: string): string {
    return `${this.owner}.${name}`;
  }
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  if (typeof value !== 'string') return undefined;
  return YES.test(value) || (NO.test(value) ? false : undefined);
}

/** A wrong value for a message: itself if it is short and no secret, else what kind of thing it is. */
function shown(name: string, value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (!SECRET.test(name)) return JSON.stringify(value);
  return typeof value === 'string' ? 'this text' : `a ${typeof value}`;
}

/** The environment's settings by variable name. An empty variable counts as absent. */
export function environmentValues(env: Readonly<Record<string, string | undefined>>): Values {
  return new Values(
    'the environment',
    new Map(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  );
}
