/** Reads a command's part of the command line. */
import { parseArgs } from 'node:util';
import { DataJointError } from '../engine';
import type { Arguments, Command, OptionSpecs } from './command';
import { didYouMean } from './suggest';

/** Options that every command has. */
export const commonOptions: OptionSpecs = {
  database: { value: 'FILE', help: 'use this embedded database file instead of what the settings say' },
  help: { help: 'show this help' },
};

/** A mistake on the command line. */
export function usageError(message: string): DataJointError {
  return new DataJointError('usage', message);
}

/**
 * Reads what follows the command's name.
 * @throws DataJointError `usage` that names the option or operand
 */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const specs: OptionSpecs = { ...command.options, ...commonOptions };
  const values = new Map<string, string>();
  const positionals: string[] = [];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specs).map(
        ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
      ),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
      if (command.passesOn === true) {
        positionals.push(...args.slice(token.index + 1));
        break;
      }
    } else if (token.kind === 'option') {
      const { name, value } = readOption(command, specs, token);
      values.set(name, value);
    }
  }
  const parsed: Arguments = { positionals, has: (option) => values.has(option), value: (option) => values.get(option) };
  if (!parsed.has('help')) checkOperands(command, positionals);
  return parsed;
}

function readOption(
  command: Command,
  specs: OptionSpecs,
  token: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
): { name: string; value: string } {
  const name = token.rawName === '-h' ? 'help' : token.name;
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const known = Object.keys(specs).map((option) => `--${option}`);
    throw usageError(`${command.name} has no option ${token.rawName}.${didYouMean(token.rawName, known)}`);
  }
  if (spec.value === undefined && token.value !== undefined) {
    throw usageError(`--${name} is a switch and takes no value, but "${token.value}" was given.`);
  }
  if (spec.value !== undefined && (token.value === undefined || token.value === '')) {
    throw usageError(`--${name} needs a value: --${name} ${spec.value}.`);
  }
  return { name, value: token.value ?? '' };
}

function checkOperands(command: Command, positionals: readonly string[]): void {
  if (positionals.length < command.minOperands) {
    throw usageError(
      `${command.name} needs ${command.operands.split(' ')[0] ?? ''}: djw ${command.name} ${command.operands}`,
    );
  }
  const surplus = positionals[command.maxOperands];
  if (surplus !== undefined && command.passesOn !== true) {
    throw usageError(
      `${command.name} does not know what to do with "${surplus}": djw ${command.name} ${command.operands}`,
    );
  }
}

/**
 * The whole number that an option holds; undefined when it was not given.
 * @throws DataJointError `usage`
 */
export function wholeNumber(args: Arguments, option: string): number | undefined {
  const text = args.value(option);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1) {
    throw usageError(`--${option} takes a whole number of at least 1, not "${text}".`);
  }
  return number;
}

/**
 * The integer that an option holds, negative ones too; undefined when it was not given.
 * @throws DataJointError `usage`
 */
export function integer(args: Arguments, option: string): number | undefined {
  const text = args.value(option);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw usageError(`--${option} takes a whole number, not "${text}".`);
  return Number(text);
}

/**
 * The seconds that an option holds, written `90`, `90s`, `30m` or `8h`; undefined when it was not given.
 * @throws DataJointError `usage`
 */
export function duration(args: Arguments, option: string): number | undefined {
  const text = args.value(option);
  if (text === undefined) return undefined;
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (count === undefined) throw usageError(`--${option} takes seconds, or a time such as 30m or 8h, not "${text}".`);
  return Number(count) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}
