/** What a command of `djw` is made of. */
import type { ConnectionSpec } from '../engine';
import type { Terminal } from './terminal';

export interface OptionSpec {
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** What gives it an effect, and without which it is refused: another option (`--reserve-jobs`), or the first operand. */
  readonly with?: string;
  /** An option beside which it has no effect, and is refused. */
  readonly without?: string;
}

/** Options by their name without dashes, in the order of the help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Arguments {
  readonly positionals: readonly string[];
  has(option: string): boolean;
  /** An option's value; undefined when it was not given. */
  value(option: string): string | undefined;
}

export interface Context {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** The database that `--database` names; undefined: as the settings say. */
  readonly database: ConnectionSpec | undefined;
  /** The Python that a person or the editor has chosen. */
  readonly python: string | undefined;
  /** That Python was named on this command line. */
  readonly pythonIsGiven: boolean;
}

export interface Command {
  readonly name: string;
  /** What follows the name: `TABLE [RESTRICTION…]`. */
  readonly operands: string;
  /** The line in `djw --help`. */
  readonly summary: string;
  /** The rest of `djw COMMAND --help`: plain text, 80 columns. */
  readonly details: string;
  readonly options: OptionSpecs;
  /** How many operands it takes. */
  readonly minOperands: number;
  readonly maxOperands: number;
  /** What follows the first operand is for that program: options of its own stand after `--`. */
  readonly passesOn?: boolean;
  /** False: it has nothing to do with the database that `--database` names. */
  readonly usesDatabase?: boolean;
  /** Returns the exit code. */
  run(args: Arguments, context: Context): Promise<number>;
}
