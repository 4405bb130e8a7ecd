import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { optionsOf, readArguments } from '../../../src/cli/arguments';
import type { Command, OptionSpec } from '../../../src/cli/command';
import { commands } from '../../../src/cli/commands';

const operandsOf = ({ minOperands, name }: Command): string[] => (name === 'server' ? ['start'] : Array.from({ length: minOperands }, (_, i) => `operand${String(i)}`));

const written = (name: string, { value }: OptionSpec): string[] => (value === undefined ? [`--${name}`] : [`--${name}`, '1']);

/** An option with what it goes with, after the operands. */
function withCompany(command: Command, name: string, spec: OptionSpec): string[] {
  const company = spec.with?.startsWith('--') === true ? spec.with.slice(2) : null;
  const needed = company === null ? undefined : optionsOf(command)[company];
  return [...operandsOf(command), ...written(name, spec), ...(company === null || needed === undefined ? [] : written(company, needed))];
}

for (const command of commands) {
  describe(`options of djw ${command.name}`, () => {
    const options = Object.entries(optionsOf(command));
    const refused = (args: readonly string[], message: RegExp): void =>
      assert.throws(() => readArguments(command, args, commands), { code: 'usage', message }, args.join(' '));

    it('each is taken before and after the operands, and given once', () => {
      for (const [name, spec] of options) {
        const args = withCompany(command, name, spec);
        const [first = '', ...operands] = [...args.slice(operandsOf(command).length), ...operandsOf(command)];
        for (const order of [args, [first, ...operands]]) assert.equal(readArguments(command, order, commands).has(name), true, order.join(' '));
        refused([...args, ...written(name, spec)], new RegExp(`^--${name} is given twice\\.$`));
      }
    });

    it('each that needs another, or has no effect beside another, is refused without and with it', () => {
      for (const [name, spec] of options) {
        if (spec.with !== undefined) {
          const operands = spec.with.startsWith('--') ? operandsOf(command) : operandsOf(command).map(() => 'status');
          refused([...operands, ...written(name, spec)], new RegExp(`^--${name} goes with ${spec.with}, and does nothing without it\\.$`));
        }
        const other = spec.without?.slice(2);
        const beside = other === undefined ? undefined : optionsOf(command)[other];
        if (other !== undefined && beside !== undefined) {
          refused([...withCompany(command, name, spec), ...written(other, beside)], new RegExp(`^--${name} does nothing beside --${other}: leave one of them out\\.$`));
        }
      }
    });

    it('those of other commands are refused with a word about where they belong', () => {
      const own = new Set(options.map(([name]) => name));
      for (const other of commands) {
        for (const [name, spec] of Object.entries(optionsOf(other))) {
          if (own.has(name)) continue;
          refused([...operandsOf(command), ...written(name, spec)], command.passesOn === true ? /stands after --/ : new RegExp(`^${command.name} has no option --${name}: it belongs to djw .*\\b${other.name}\\b`));
        }
      }
      refused([...operandsOf(command), '--no-such-option'], /has no option --no-such-option/);
    });
  });
}
