import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import * as dj from '../../src/engine';
import { indexPipeline, type PythonClass, PythonFolder, type PythonFolderOptions, type PythonTable } from '../../src/pipeline';
import { startServer, type TestServer } from '../harness/server';
import type { Python, Server } from './python';

/** Python without bytecode files and warnings, and datajoint without greetings. */
export const quiet = { PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore', DJ_LOG_LEVEL: 'ERROR' };

/** What `datajoint` needs to find the server. */
export const serverVariables = (server: Server): Record<string, string> => ({
  DJ_HOST: server.host,
  DJ_PORT: String(server.port),
  DJ_USER: server.user,
  DJ_PASS: server.password,
});

/** A server for the tests of the suite that calls this, and a connection to it; there while they run. */
export function bridgeOnServer(): { readonly server: TestServer; readonly connection: dj.Connection } {
  let running: { readonly server: TestServer; readonly connection: dj.Connection } | null = null;
  const there = () => {
    if (running === null) throw new Error('the server runs only while tests run');
    return running;
  };
  before(async () => {
    const server = await startServer();
    const { host, port, user, password } = server;
    running = { server, connection: new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null })) };
  });
  after(async () => {
    await running?.connection.close();
    await running?.server.stop();
  });
  return {
    get server() {
      return there().server;
    },
    get connection() {
      return there().connection;
    },
  };
}

/** A folder of Python files, and its tables on a server. */
export class PythonLab {
  private readonly opened: OwnPythonTable[] = [];

  constructor(
    readonly folder: string,
    readonly python: Python,
    readonly server: Server,
    readonly connection: dj.Connection,
  ) {}

  get spec(): dj.ConnectionSpec {
    const { host, port, user, password } = this.server;
    return { kind: 'server', host, port, user, password, tls: null };
  }

  /** Runs a script of the folder. @returns what it prints */
  async run(script: string): Promise<string> {
    const env = { ...process.env, ...quiet, ...serverVariables(this.server), DJ_USE_TLS: 'false' };
    const { stdout } = await promisify(execFile)(this.python.interpreter, [script], { cwd: this.folder, env });
    return stdout;
  }

  /** Finds the class in the sources and opens its table, as djw does. */
  async open(className: string, { file, ...options }: { readonly file?: string; readonly importTimeoutMs?: number } = {}): Promise<OwnPythonTable> {
    const { classes } = await indexPipeline(this.folder);
    const found = classes.find((each) => each.className === className && (file === undefined || path.basename(each.file) === file));
    if (found === undefined) throw new Error(`no class ${className}`);
    const files = found.activatedIn === null ? [found.file] : [found.activatedIn, found.file];
    const table = await openPythonTable({
      interpreter: this.python.interpreter,
      folder: this.folder,
      connection: this.connection,
      spec: this.spec,
      output: 'errors',
      pythonClass: { files, className, schemaName: found.schemaName },
      ...options,
    });
    this.opened.push(table);
    return table;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((table) => table.close()));
  }
}

/** A table with Python processes of its own. */
export type OwnPythonTable = PythonTable & Pick<PythonFolder, 'close'>;

export async function openPythonTable({ pythonClass, ...options }: PythonFolderOptions & { readonly pythonClass: PythonClass }): Promise<OwnPythonTable> {
  const folder = new PythonFolder(options);
  const close = (): Promise<void> => folder.close();
  try {
    return { ...(await folder.table(pythonClass)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A lab in a temporary folder with these files; closed when the test ends. */
export async function temporaryLab(context: TestContext, python: Python, server: Server, connection: dj.Connection, files: Readonly<Record<string, string>>): Promise<PythonLab> {
  const folder = await mkdtemp(path.join(tmpdir(), 'python-lab-'));
  const lab = new PythonLab(folder, python, server, connection);
  context.after(async () => {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return lab;
}
