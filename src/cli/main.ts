/** From the command line to an exit code. */
import path from 'node:path';
import { inspect } from 'node:util';
import { claimStray, disconnect, messageOf } from '../engine';
import { optionsOf, readArguments, usageError } from './arguments';
import { commands } from './commands';
import { ScriptError } from './commands/run';
import { exitCodes } from './exitCodes';
import { commandHelp, generalHelp } from './help';
import { didYouMean } from './suggest';
import { createTerminal, type Terminal } from './terminal';
import { version } from '../../package.json';

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.lines(generalHelp(commands));
    return name === undefined ? exitCodes.refused : exitCodes.done;
  }
  if (name === '--version') {
    terminal.line(version);
    return exitCodes.done;
  }
  if (name.startsWith('-')) throw tooEarly(name);
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw usageError(
      `There is no command "${name}".${didYouMean(
        name,
        commands.map((each) => each.name),
      )} See djw --help.`,
    );
  }
  const parsed = readArguments(command, rest, commands);
  if (parsed.has('help')) {
    terminal.lines(commandHelp(command));
    return exitCodes.done;
  }
  const file = parsed.value('database');
  const cwd = process.cwd();
  return await command.run(parsed, {
    terminal,
    cwd,
    database: file === undefined ? undefined : { kind: 'embedded', file: path.resolve(cwd, file), durability: 'full' },
    python: parsed.value('python') ?? process.env['DJW_PYTHON'],
    pythonIsGiven: parsed.has('python'),
  });
}

/** What is wrong with an option before the command. */
function tooEarly(given: string): Error {
  const [option = given] = given.split('=');
  const having = commands.filter((command) => Object.hasOwn(optionsOf(command), option.replace(/^--/, ''))).map((command) => command.name);
  if (having.length === 0) return usageError(`There is no option ${option}: see djw --help.`);
  return usageError(`${option} stands after the command that it is for: djw ${having.length === 1 ? (having[0] ?? '') : 'COMMAND'} … ${option}.`);
}

/** One sentence for a person; the stack only for those who ask. */
function complain(thrown: unknown, terminal: Terminal): number {
  terminal.bottom('');
  terminal.complain(`${terminal.paint.red('djw:')} ${messageOf(thrown)}`);
  if (process.env['DJW_DEBUG'] === '1') terminal.complainAtLength(inspect(thrown));
  return thrown instanceof ScriptError ? exitCodes.failed : exitCodes.refused;
}

/** Writes everything out before the process ends: a pipeline may have left timers or sockets behind. */
function end(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

/** The reader of the output may stop reading (`djw list | head`); the work goes on. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Runs a command line and ends the process. */
export function main(args: readonly string[]): void {
  const terminal = createTerminal(process.stdout, process.stderr, process.env);
  ignoreClosedPipes();
  const fail = (thrown: unknown): void => end(complain(thrown, terminal));
  process.on('unhandledRejection', (thrown) => {
    if (!claimStray(thrown, 'rejection')) fail(thrown);
  });
  process.on('uncaughtException', (thrown) => {
    if (!claimStray(thrown, 'exception')) fail(thrown);
  });
  dispatch(args, terminal)
    .catch((thrown: unknown) => complain(thrown, terminal))
    .then(async (code) => {
      await disconnect();
      end(code);
    })
    .catch(fail);
}
