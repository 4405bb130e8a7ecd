/** The texts of `--help`. */
import { optionsOf } from './arguments';
import type { Command, OptionSpecs } from './command';

export function generalHelp(commands: readonly Command[]): string {
  const lines = commands.map((command) => [`${command.name} ${command.operands}`.trim(), command.summary] as const);
  return `djw: run DataJoint pipelines, with an embedded database or a server.

Usage: djw COMMAND …

Commands
${columns(lines)}

Getting started
  djw run insert.ts               run a file: here, one that enters the first rows
  djw list                        which tables there are, and where their classes are
  djw populate Trace              call Trace's make() for every key that is still to do
  djw errors Trace                what failed, and the line of the source

TABLE is a class name, or schema.ClassName when several schemas have one. Its class is looked
for in the files of this folder. Without settings, the data are in .datajoint/embedded.db here;
DJ_* variables, .secrets/ and datajoint.json name another database, as in datajoint-python.

Exit codes: 0 done, 1 a make() failed, 2 the command could not be carried out, 130 Ctrl-C,
143 SIGTERM.
DJW_DEBUG=1 adds stacks to messages; NO_COLOR=1 turns colours off.
djw COMMAND --help tells more about a command, djw --version which djw this is.`;
}

export function commandHelp(command: Command): string {
  return `djw ${command.name}: ${command.summary}

Usage: djw ${`${command.name} ${command.operands}`.trim()} [OPTION…]

${command.details}

Options
${columns(optionLines(optionsOf(command)))}`;
}

function optionLines(options: OptionSpecs): (readonly [string, string])[] {
  return Object.entries(options).map(([name, { value, help }]) => [
    value === undefined ? `--${name}` : `--${name} ${value}`,
    help,
  ]);
}

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`).join('\n');
}
