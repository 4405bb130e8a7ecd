/** Reads a command's part of the command line. */
import { parseArgs } from 'node:util';
import { DataJointError } from '../engine';
import type { Arguments, Command, OptionSpec, OptionSpecs } from './command';
import { didYouMean } from './suggest';

const databaseOption: OptionSpecs = {
  database: { value: 'FILE', help: 'use this embedded database file instead of what the settings say' },
};
const helpOption: OptionSpecs = { help: { help: 'show this help' } };

/** The options of a command, with those that others have as well, in the order of the help. */
export function optionsOf(command: Command): OptionSpecs {
  return { ...command.options, ...(command.usesDatabase === false ? {} : databaseOption), ...helpOption };
}

/** A mistake on the command line. */
export function usageError(message: string): DataJointError {
  return new DataJointError('usage', message);
}

/**
 * Reads what follows the command's name. Options may stand before, between and after the operands; after `--` everything is
 * an operand.
 * @param others commands to name when they have an option that this one lacks
 * @throws DataJointError `usage` that names the option or operand: one that would have no effect is refused as well
 */
export function readArguments(command: Command, args: readonly string[], others: readonly Command[] = []): Arguments {
  const specs = optionsOf(command);
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
    if (token.kind === 'positional') positionals.push(token.value);
    else if (token.kind === 'option') {
      const name = token.rawName === '-h' ? 'help' : token.name;
      const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
      if (spec === undefined) throw unknownOption(command, token.rawName, positionals[0], others);
      if (values.has(name)) throw usageError(`--${name} is given twice.`);
      values.set(name, readValue(name, spec, token.value));
    }
  }
  const parsed: Arguments = { positionals, has: (option) => values.has(option), value: (option) => values.get(option) };
  if (!parsed.has('help')) {
    checkOperands(command, positionals);
    checkEffects(specs, parsed);
  }
  return parsed;
}

function unknownOption(command: Command, given: string, file: string | undefined, others: readonly Command[]): DataJointError {
  const no = `${command.name} has no option ${given}`;
  if (command.passesOn === true) {
    return usageError(`${no}: what is for ${file ?? 'the program'} itself stands after --, as in djw ${command.name} ${file ?? 'FILE'} -- ${given}.`);
  }
  const having = others.filter((other) => Object.hasOwn(optionsOf(other), given.replace(/^--/, ''))).map(({ name }) => name);
  if (having.length > 0) return usageError(`${no}: it belongs to djw ${having.join(', djw ')}.`);
  const known = Object.keys(optionsOf(command)).map((option) => `--${option}`);
  return usageError(`${no}.${didYouMean(given, known)}`);
}

function readValue(name: string, spec: OptionSpec, value: string | undefined): string {
  if (spec.value === undefined && value !== undefined) {
    throw usageError(`--${name} is a switch and takes no value, but "${value}" was given.`);
  }
  if (spec.value !== undefined && (value === undefined || value === '')) {
    throw usageError(`--${name} needs a value: --${name} ${spec.value}.`);
  }
  return value ?? '';
}

function checkEffects(specs: OptionSpecs, args: Arguments): void {
  const isGiven = (what: string): boolean => (what.startsWith('--') ? args.has(what.slice(2)) : args.positionals[0] === what);
  for (const [name, { with: needed, without }] of Object.entries(specs)) {
    if (!args.has(name)) continue;
    if (needed !== undefined && !isGiven(needed)) throw usageError(`--${name} goes with ${needed}, and does nothing without it.`);
    if (without !== undefined && isGiven(without)) throw usageError(`--${name} does nothing beside ${without}: leave one of them out.`);
  }
}

function checkOperands(command: Command, positionals: readonly string[]): void {
  if (positionals.length < command.minOperands) {
    throw usageError(
      `${command.name} needs ${command.operands.split(' ')[0] ?? ''}: djw ${command.name} ${command.operands}`,
    );
  }
  const surplus = positionals[command.maxOperands];
  if (surplus !== undefined) {
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
