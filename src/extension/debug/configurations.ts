/** What the editor's debuggers are told of one job. Pure. */

/** One run of `djw` under a debugger. */
export interface DebuggedRun {
  /** `Debug Trace · subject "c3"`. */
  readonly name: string;
  /** Tells this session from others: a field of its configuration. */
  readonly id: string;
}

/** The field of a configuration that holds `DebuggedRun.id`. */
export const idField = 'datajointRun';

/** How long the debugger for Node tries to reach a `djw` that is just starting. */
const patienceMs = 60_000;

/** Arguments of a Node that waits for its debugger before the first line. */
export const waitingNode = (port: number): string[] => [`--inspect-brk=127.0.0.1:${String(port)}`];

/**
 * The debugger for Node, which is part of the editor, for a `djw` that waits at a port. It does not start `djw` itself: it
 * would not let the editor's own executable be a Node.
 * @param engine the folder of the engine, which nobody wants to step through
 */
export function nodeConfiguration(run: DebuggedRun, port: number, engine: string): { type: string; request: string; name: string; [field: string]: unknown } {
  return {
    type: 'node',
    request: 'attach',
    name: run.name,
    [idField]: run.id,
    address: '127.0.0.1',
    port,
    timeout: patienceMs,
    continueOnAttach: true,
    autoAttachChildProcesses: false,
    internalConsoleOptions: 'neverOpen',
    // A pattern, in which a backslash is something else.
    skipFiles: ['<node_internals>/**', `${engine.replaceAll('\\', '/')}/**`],
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
