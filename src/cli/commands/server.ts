/** The database server of a folder: started, ended and looked at. */
import { DataJointError } from '../../engine';
import {
  isOver,
  keepServer,
  keepWord,
  otherDatabase,
  type ServerFiles,
  serverFiles,
  serverFolder,
  type ServerState,
  serverState,
  setAside,
  type StartOptions,
  startServer,
  stopServer,
} from '../../localServer';
import { duration, usageError } from '../arguments';
import type { Arguments, Command, Context } from '../command';
import { exitCodes } from '../exitCodes';
import type { Terminal } from '../terminal';
import { jsonText } from '../words';

/** Long enough to think between two commands. */
const defaultIdleSeconds = 600;

export const server: Command = {
  name: 'server',
  operands: 'start|stop|status',
  summary: 'the database server of this folder, for pipelines in Python',
  details: `datajoint-python cannot use the embedded database. Where MariaDB, MySQL or Docker is
installed, this starts a server for this folder alone: its data are in .datajoint/server, it
listens on 127.0.0.1 only, datajoint.json names it and .secrets holds its password.

  djw server start                       start it, or find that it runs
  djw server status                      how it is
  djw server stop                        end it; its data stay

It ends by itself when no VS Code window has the folder open and nobody has been connected
for ten minutes.`,
  options: {
    idle: { value: 'TIME', help: 'with start: end it after this time without a connection, such as 30m or 8h', with: 'start' },
    yes: { help: 'with start: also where datajoint.json names another server, which is put aside', with: 'start' },
    json: { help: 'print how it is as JSON' },
  },
  minOperands: 1,
  maxOperands: 2,
  usesDatabase: false,
  async run(args, context) {
    const [verb = '', folder] = args.positionals;
    if (verb === keepWord && folder !== undefined) {
      await keepServer(folder);
      return exitCodes.done;
    }
    if (folder !== undefined) throw usageError(`server ${verb} works in the current folder: ${folder} is one operand too many.`);
    const files = serverFiles(serverFolder(context.cwd));
    switch (verb) {
      case 'start':
        return await start(files, args, context);
      case 'stop':
        return await stop(files, args, context);
      case 'status':
        return tell(await serverState(files), files, args, context.terminal);
      default:
        throw usageError(`server does not know "${verb}": djw server ${server.operands}`);
    }
  },
};

async function start(files: ServerFiles, args: Arguments, context: Context): Promise<number> {
  const { terminal } = context;
  const other = otherDatabase(files, process.env);
  if (other !== null) {
    if (!args.has('yes') && !(await mayReplace(other, terminal))) {
      throw new DataJointError('usage', `The settings of ${files.folder} name ${other}: --yes puts them aside and uses a local server.`);
    }
    terminal.line(`What the settings said is kept in ${setAside(files)}.`);
  }
  const state = await startServer(files, { ...keeperOptions(args), password: null }, (now) => {
    if (now.kind === 'starting' && !args.has('json')) terminal.line(`${capital(now.step)} …`);
  });
  return tell(state, files, args, terminal);
}

async function stop(files: ServerFiles, args: Arguments, { terminal }: Context): Promise<number> {
  const ran = await stopServer(files, { ...keeperOptions(args), password: null });
  if (args.has('json')) return tell(await serverState(files), files, args, terminal);
  terminal.line(ran ? 'The local server has ended. Its data stay.' : 'No local server runs here.');
  return exitCodes.done;
}

function keeperOptions(args: Arguments): Omit<StartOptions, 'password'> {
  const idleSeconds = duration(args, 'idle') ?? defaultIdleSeconds;
  return { djw: __filename, node: process.execPath, env: process.env, idleMs: idleSeconds * 1000 };
}

/** Asks where a person sits at the terminal. */
async function mayReplace(other: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.asks) return false;
  return /^y(es)?$/i.test(await terminal.question(`The settings name ${other}. Put them aside and use a local server? [y/N]`));
}

/** Exit code 0 for a server that runs, 1 for one that does not. */
function tell(state: ServerState, files: ServerFiles, args: Arguments, terminal: Terminal): number {
  if (args.has('json')) terminal.line(jsonText({ ...state, folder: files.folder }));
  else terminal.line(sentence(state, files));
  return isOver(state) ? exitCodes.failed : exitCodes.done;
}

function sentence(state: ServerState, { folder, log }: ServerFiles): string {
  switch (state.kind) {
    case 'absent':
      return `There is no local server in ${folder}: djw server start makes one.`;
    case 'stopped':
      return `The local server of ${folder} is stopped.`;
    case 'starting':
      return `The local server of ${folder} is being started: ${state.step}.`;
    case 'stopping':
      return `The local server of ${folder} is being stopped.`;
    case 'running':
      return `The local server of ${folder} runs: ${state.product}, 127.0.0.1:${String(state.port)}.`;
    case 'failed':
      return state.message.includes(log) ? state.message : `${state.message} Its log is ${log}.`;
  }
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
