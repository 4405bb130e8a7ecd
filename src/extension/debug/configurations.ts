/** What the editor's debuggers are told of one job. Pure. */

/** One run of `djw` under a debugger. */
export interface DebuggedRun {
  /** `Debug Trace · subject "c3"`. */
  readonly name: string;
  /** Tells this session from others: a field of its configuration. */
  readonly id: string;
}

export interface NodeRun extends DebuggedRun {
  /** The editor's own executable, and what makes it a Node. */
  readonly executable: string;
  readonly executableArguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The file that is `djw`. */
  readonly program: string;
  /** Its command and arguments. */
  readonly args: readonly string[];
  readonly folder: string;
  /** The folder of the engine, which nobody wants to step through. */
  readonly engine: string;
}

/** The field of a configuration that holds `DebuggedRun.id`. */
export const idField = 'datajointRun';

/**
 * `djw` under the debugger for Node that is part of the editor. It is attached to through the inspector's port: what it
 * would otherwise put into NODE_OPTIONS, an editor that runs as Node does not obey.
 */
export function nodeConfiguration(run: NodeRun): { type: string; request: string; name: string; [field: string]: unknown } {
  return {
    type: 'node',
    request: 'launch',
    name: run.name,
    [idField]: run.id,
    runtimeExecutable: run.executable,
    runtimeArgs: [...run.executableArguments],
    attachSimplePort: 0,
    program: run.program,
    args: [...run.args],
    cwd: run.folder,
    env: { ...run.env },
    console: 'integratedTerminal',
    internalConsoleOptions: 'neverOpen',
    skipFiles: ['<node_internals>/**', `${run.engine}/**`],
  };
}

/** What debugpy tells when it listens, and where. See debugpy, `adapter/clients.py`, `attach_request`. */
export const listeningEvent = 'debugpyWaitingForServer';

/**
 * The debugger for Python, which waits on a free port of this machine for the Python that `djw` starts: `djw` stays the one
 * that reserves the job, and records how it ends.
 */
export function debugpyConfiguration(run: DebuggedRun): { type: string; request: string; name: string; [field: string]: unknown } {
  return {
    type: 'debugpy',
    request: 'attach',
    name: run.name,
    [idField]: run.id,
    listen: { host: '127.0.0.1', port: 0 },
    justMyCode: false,
    redirectOutput: false,
    internalConsoleOptions: 'neverOpen',
  };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads the body of `listeningEvent`; null when it is another one. */
export function addressIn(body: unknown): Address | null {
  if (typeof body !== 'object' || body === null) return null;
  const { host, port } = body as Record<string, unknown>;
  return typeof host === 'string' && typeof port === 'number' ? { host, port } : null;
}

/**
 * Variables with which `djw` starts its Python under debugpy, which connects to the debugger that listens and waits until
 * that knows the breakpoints.
 * @param debugpy the package's folder
 */
export function debugpyVariables(debugpy: string, { host, port }: Address): Record<string, string> {
  // Modules that are frozen into Python cannot be stepped through, and debugpy says so at each start.
  const args = ['-Xfrozen_modules=off', debugpy, '--connect', `${host}:${String(port)}`, '--wait-for-client'];
  return { DJW_PYTHON_ARGS: JSON.stringify(args) };
}
