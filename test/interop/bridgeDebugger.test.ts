// Debug this Key with the real debugpy: what the editor does, without the editor.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import * as dj from '../../src/engine';
import { addressIn, debugpyConfiguration, debugpyVariables, listeningEvent } from '../../src/extension/debug/configurations';
import { debugArguments } from '../../src/extension/populate/options';
import { program } from '../integration/djwProcess';
import { startServer, type TestServer } from '../harness/server';
import { openPythonTable, quiet, serverVariables, temporaryLab } from './bridge';
import { DebugAdapter } from './debugAdapter';
import { python23 } from './python';

Object.assign(process.env, quiet);

const pipeline = `
import datajoint as dj

schema = dj.Schema("debugged")

@schema
class Source(dj.Lookup):
    definition = "k : int32"
    contents = [[k] for k in range(4)]

@schema
class Peaks(dj.Computed):
    definition = """
    -> Source
    ---
    gain : int32
    """
    def make(self, key):
        gain = key["k"] * 10
        print("gain", gain)
        self.insert1({**key, "gain": self.checked(gain)})

    def checked(self, gain):
        if gain >= 20:
            raise ValueError("too much gain")
        return gain
`;

const lineOf = (text: string): number => pipeline.split('\n').findIndex((line) => line.includes(text)) + 1;

/** False, or why this cannot run. */
function absent(): string | false {
  if (python23.absent !== false) return python23.absent;
  return spawnSync(python23.interpreter, ['-c', 'import debugpy']).status === 0 ? false : `${python23.interpreter} has no debugpy`;
}

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source?: { readonly path?: string };
}

describe('a Python make() under debugpy', { skip: absent() }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  let adapter: DebugAdapter | null = null;

  before(async () => {
    server = await startServer();
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
  });

  after(async () => {
    adapter?.end();
    await connection.close();
    await server.stop();
  });

  it('makes one key, stops at a breakpoint and where it raises, and its outcome is recorded', async (context) => {
    const lab = await temporaryLab(context, python23, server, connection, { 'peaks.py': pipeline });
    const file = path.join(lab.folder, 'peaks.py');
    const { table } = await lab.open('Peaks');
    assert.equal((await table.populate({ reserveJobs: true, suppressErrors: true })).errorList.length, 2);
    const name = { schema: 'debugged', table: '__peaks' };
    const overview = dj.createOverview(connection);
    const other = (await overview.job(name, { k: 3 })).job;
    assert.equal(await overview.retry(name, [{ k: 2 }]), 1);

    const debugpy = execFileSync(python23.interpreter, ['-c', 'import debugpy, os; print(os.path.dirname(debugpy.__file__))'], { encoding: 'utf8' }).trim();
    const editor = (adapter = new DebugAdapter(python23.interpreter, debugpy));
    await editor.request('initialize', { clientID: 'vscode', adapterID: 'debugpy', pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true });
    const attached = editor.request('attach', debugpyConfiguration({ name: 'Debug Peaks', id: '1' }));
    const address = addressIn(await editor.event(listeningEvent));
    assert.ok(address !== null && address.port > 0);

    const { PATH, HOME } = process.env;
    const djw = spawn(process.execPath, [program, 'populate', ...debugArguments('debugged.Peaks', file, '{"k":2}'), '--python', python23.interpreter], {
      cwd: lab.folder,
      env: { PATH, HOME, ...quiet, ...serverVariables(server), ...debugpyVariables(debugpy, address), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = Promise.all([text(djw.stdout), text(djw.stderr), once(djw, 'close')]);

    await editor.event('initialized');
    const breakpoints = [{ line: lineOf('print("gain"') }];
    await editor.request('setBreakpoints', { source: { path: file }, breakpoints });
    await editor.request('setExceptionBreakpoints', { filters: ['uncaught'] });
    await editor.request('configurationDone');
    await attached;

    const stopped = async (): Promise<{ readonly reason: string; readonly threadId: number; readonly frames: readonly Frame[] }> => {
      const { reason, threadId } = (await editor.event('stopped')) as { reason: string; threadId: number };
      const { stackFrames } = (await editor.request('stackTrace', { threadId })) as { stackFrames: Frame[] };
      return { reason, threadId, frames: stackFrames };
    };
    const valueOf = async (expression: string, frame: Frame | undefined): Promise<string> =>
      ((await editor.request('evaluate', { expression, frameId: frame?.id, context: 'watch' })) as { result: string }).result;

    const first = await stopped();
    assert.equal(first.reason, 'breakpoint');
    assert.deepEqual([first.frames[0]?.name, first.frames[0]?.line], ['make', lineOf('print("gain"')]);
    assert.equal(first.frames[0]?.source?.path, file);
    assert.equal(await valueOf('gain', first.frames[0]), '20');
    const reserved = (await overview.job(name, { k: 2 })).job;
    assert.deepEqual([reserved?.status, reserved?.worker?.pid], ['reserved', djw.pid]);
    await editor.request('continue', { threadId: first.threadId });

    const raised = await stopped();
    assert.equal(raised.reason, 'exception');
    assert.match(raised.frames[0]?.name ?? '', /checked$/);
    assert.deepEqual(raised.frames.slice(0, 2).map(({ line }) => line), [lineOf('raise ValueError'), lineOf('self.checked')]);
    const { threads } = (await editor.request('threads')) as { threads: unknown[] };
    assert.equal(threads.length, 1, 'those of the bridge are not shown');
    assert.equal(await valueOf('gain', raised.frames[0]), '20');
    await editor.request('continue', { threadId: raised.threadId });

    const [out, err] = await ended;
    assert.equal(djw.exitCode, 0, out + err);
    assert.match(out, /^gain 20$/m);
    const failed = (await overview.job(name, { k: 2 })).job;
    assert.deepEqual([failed?.status, failed?.message], ['error', 'ValueError: too much gain']);
    assert.match(failed?.stack ?? '', /^Traceback [^]* in checked\n[^]*\n\| gain 20$/);
    assert.deepEqual((await overview.job(name, { k: 3 })).job, other, 'another key is left as it was');
    assert.equal(await table.count(), 2);
  });

  it('older debuggers are asked in their way; one that fails changes nothing of the error', async (context) => {
    // Stands where debugpy stands, and knows only what older ones do.
    const older = `import runpy, sys, types
class Info:
    is_tracing = 0
info = Info()
class Debugger:
    def set_additional_thread_info(self, thread):
        return info
    def stop_on_unhandled_exception(self, debugger, thread, info, raised):
        with open("stopped.txt", "a") as out:
            out.write("%s %d %s\\n" % (raised[0].__name__, info.is_tracing, raised[2].tb_next.tb_frame.f_code.co_name))
        if str(raised[1]) == "too much gain":
            raise RuntimeError("no editor")
module = types.ModuleType("pydevd")
module.get_global_debugger = Debugger
sys.modules["pydevd"] = module
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
`;
    const lab = await temporaryLab(context, python23, server, connection, { 'older.py': older, 'peaks.py': pipeline.replace('"debugged"', '"older"') });
    const opened = await openPythonTable({
      interpreter: python23.interpreter,
      interpreterArgs: [path.join(lab.folder, 'older.py')],
      folder: lab.folder,
      connection,
      spec: lab.spec,
      output: 'errors',
      pythonClass: { files: [path.join(lab.folder, 'peaks.py')], className: 'Peaks', schemaName: null },
    });
    context.after(() => opened.close());
    const { successCount, errorList } = await opened.table.populate({ suppressErrors: true });
    assert.deepEqual([successCount, errorList.map(([, message]) => message)], [2, ['ValueError: too much gain', 'ValueError: too much gain']]);
    assert.equal(readFileSync(path.join(lab.folder, 'stopped.txt'), 'utf8'), 'ValueError 1 make\nValueError 1 make\n');
  });
});
