import { DataJointError } from '../errors';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const YES = /^(true|1|yes|on|t|y)$/i;
const NO = /^(false|0|no|off|f|n)$/i;

/**
 * Settings of one source by name, read with the type that each must have. A setting that is absent or null reads as
 * undefined.
 * @throws DataJointError `usage` that names the source, the setting, what it must be and what it is.
 */
export class Values {
  constructor(
    /** For messages: the path of a file, or `the environment`. */
    readonly source: string,
    private readonly values: ReadonlyMap<string, unknown>,
    /** Every value is text, also of numbers and of true and false. */
    private readonly spelled = false,
  ) {}

  text(name: string): string | undefined {
    return this.#read(name, 'text in quotes', (value) => (typeof value === 'string' ? value : undefined));
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'true or false', (value) => {
      if (this.spelled && typeof value === 'string') return YES.test(value) || (NO.test(value) ? false : undefined);
      return typeof value === 'boolean' ? value : undefined;
    });
  }

  /** A whole number within the bounds. */
  whole(name: string, lowest: number, highest: number): number | undefined {
    const expected =
      highest === Infinity ? `a whole number of at least ${lowest}` : `a whole number from ${lowest} to ${highest}`;
    return this.#read(name, expected, (value) => {
      const number =
        this.spelled && typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
      const fits = typeof number === 'number' && Number.isInteger(number) && number >= lowest && number <= highest;
      return fits ? number : undefined;
    });
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const expected = choices.map((choice) => `"${choice}"`).join(' or ');
    return this.#read(name, expected, (value) => choices.find((choice) => choice === value));
  }

  #read<T>(name: string, expected: string, parse: (value: unknown) => T | undefined): T | undefined {
    const value = this.values.get(name) ?? undefined;
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    throw new DataJointError(
      'usage',
      `The setting ${name} in ${this.source} must be ${expected}, not ${JSON.stringify(value)}.`,
    );
  }
}

/** The environment's settings by variable name. An empty variable counts as absent, as in datajoint-python. */
export function environmentValues(env: Readonly<Record<string, string | undefined>>): Values {
  const values = new Map(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  return new Values('the environment', values, true);
}
