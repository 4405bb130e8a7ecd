import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import * as dj from '../../src/engine';
import { PythonError, probePython } from '../../src/pipeline';
import { startServer, type TestServer } from '../harness/server';
import { openPythonTable, type PythonLab, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const tables = (schema: string, body: string): string => `
import os, sys, time
import datajoint as dj
schema = dj.Schema("${schema}")

@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(3)]

@schema
class Made(dj.Computed):
    definition = """
    -> Source
    ---
    note="" : varchar(200)
    """
    def make(self, key):
${body
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
`;

describe('what can be wrong with a Python pipeline', { skip: python23.absent }, () => {
  let server: TestServer;
  let other: TestServer;
  let connection: dj.Connection;

  before(async () => {
    [server, other] = await Promise.all([startServer(), startServer()]);
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
  });

  after(async () => {
    await connection.close();
    await Promise.all([server.stop(), other.stop()]);
  });

  const labOf = (context: TestContext, text: string, more: Readonly<Record<string, string>> = {}): Promise<PythonLab> =>
    temporaryLab(context, python23, server, connection, { 'lab.py': text, ...more });

  const refusal = async (lab: PythonLab, options: { importTimeoutMs?: number } = {}): Promise<dj.DataJointError> => {
    try {
      await lab.open('Made', options);
    } catch (error) {
      if (error instanceof dj.DataJointError) return error;
      throw error;
    }
    return assert.fail('it was loaded');
  };

  it('a make() that writes to a socket of the bridge: its key says so, the others are made by a new Python', async (context) => {
    const write = `if key["k"] == 1:
    import socket, stat
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                socket.socket(fileno=os.dup(fd)).sendall(b"GET / HTTP/1.1\\n")
        except OSError:
            pass
    time.sleep(60)
self.insert1(key)`;
    const lab = await labOf(context, tables('written', write));
    const { table } = await lab.open('Made');
    const { successCount, errorList } = await table.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(successCount, 2);
    assert.deepEqual(errorList.map(([key, message]) => [key['k'], String(message)]), [
      [1, 'PythonEnded: Python answered djw with something that djw cannot read: a library that make() uses writes to a socket that is not its own.'],
    ]);
  });

  it('an import that fails: the place, the reason and the traceback', async (context) => {
    const lab = await labOf(context, `${tables('problems', 'pass')}\nfrom helpers import gain\n`, { 'helpers.py': 'x = 1\ngain = 1 / 0\n' });
    const error = await refusal(lab);
    assert.equal(error.code, 'pipeline');
    assert.match(error.message, /helpers\.py:2: ZeroDivisionError: division by zero$/);
    assert.ok(error.cause instanceof PythonError);
    assert.match(error.cause.stack ?? '', /^Traceback \(most recent call last\):\n {2}File ".*lab\.py", line 21, in <module>\n/);
  });

  it('a file that is no Python, a module that is not there, and a script instead of a module', async (context) => {
    const broken = await labOf(context, `${tables('problems', 'pass')}\nx = (1,\n`);
    assert.match((await refusal(broken)).message, /lab\.py:21: SyntaxError: '\(' was never closed$/);
    const missing = await labOf(context, `${tables('problems', 'pass')}\nimport scipyy.signal\n`);
    assert.match((await refusal(missing)).message, /lab\.py:21: there is no module "scipyy": install it with ".*python -m pip install scipyy"/);
    const script = await labOf(context, `${tables('problems', 'pass')}\nsys.exit(2)\n`);
    assert.match((await refusal(script)).message, /lab\.py:21: the file ended Python while it was imported \(sys\.exit\): put what it runs under if __name__/);
    const hard = await labOf(context, `${tables('problems', 'pass')}\nos._exit(4)\n`);
    assert.match((await refusal(hard)).message, /^Python ended while it imported .*lab\.py: with exit code 4\./);
  });

  it('an import that never ends is given up, and said where it was', async (context) => {
    const lab = await labOf(context, `${tables('problems', 'pass')}\ntime.sleep(600)\n`);
    const error = await refusal(lab, { importTimeoutMs: 10_000 });
    assert.match(error.message, /lab\.py took more than 10 s and was given up: .* It was at .*lab\.py:21\.$/);
  });

  it('a module that connects to another server than ours', async (context) => {
    const lab = await labOf(
      context,
      tables('problems', 'pass').replace('schema = ', `dj.config["database.host"] = "localhost"\ndj.config["database.port"] = ${String(other.port)}\nschema = `),
    );
    assert.match((await refusal(lab)).message, new RegExp(`lab\\.py connects to root@localhost:${String(other.port)}, but this is root@127\\.0\\.0\\.1:${String(server.port)}: let both be the same`));
    const same = await labOf(context, tables('problems', 'self.insert1(key)').replace('schema = ', 'dj.config["database.host"] = "localhost"\nschema = '));
    assert.equal((await same.open('Made')).report.connection.host, 'localhost', 'another name of the same server will do');
  });

  it('a class that no schema has taken in, a name of another module, no make, a key source that is none', async (context) => {
    const text = tables('problems', 'pass');
    const untaken = await labOf(context, `${text.replace('@schema\nclass Made', '@print\nclass Made')}\n@schema\nclass Other(dj.Manual):\n    definition = "a : int"\n`);
    assert.match((await refusal(untaken)).message, /^No schema has taken in a class Made after .*lab\.py was imported: .* It has Other, Source\.$/);
    const shadowed = await temporaryLab(context, python23, server, connection, { 'json.py': text });
    assert.match((await refusal(shadowed)).message, /^Python finds .*json\/__init__\.py when it imports json, not .*json\.py: rename one of the two\.$/);
    const source = await labOf(context, text.replace('    def make', '    key_source = 5\n    def make'));
    assert.match((await refusal(source)).message, /The key source of Made cannot be used: DataJointError: it is of type int, and no table or query\./);
    const makeless = await labOf(context, text.replace('def make(self, key)', 'def compute(self, key)'));
    await assert.rejects((await makeless.open('Made')).table.populate(), { code: 'make_missing' });
    const manual = await labOf(context, text.replace('dj.Computed', 'dj.Manual'));
    assert.match((await refusal(manual)).message, /neither an Imported nor a Computed table/);
  });

  it('an interpreter that is none, or has no datajoint', async (context) => {
    const lab = await labOf(context, tables('problems', 'pass'));
    const open = (interpreter: string) =>
      openPythonTable({ interpreter, folder: lab.folder, connection, spec: lab.spec, output: 'errors', pythonClass: { files: [path.join(lab.folder, 'lab.py')], className: 'Made', schemaName: null } });
    await assert.rejects(open('/nowhere/python'), { code: 'pipeline', message: /^\/nowhere\/python cannot be started: .*ENOENT.*--python/ });
    const without = path.join(lab.folder, 'bare');
    await writeFile(without, `#!/bin/sh\nexec ${python23.interpreter} -S "$@"\n`);
    await chmod(without, 0o755);
    await assert.rejects(open(without), { code: 'pipeline', message: /bare has no datajoint: install it with ".*bare -m pip install datajoint"/ });
    assert.deepEqual(await probePython(without), { python: (await probePython(python23.interpreter))?.python, datajoint: null });
    assert.equal((await probePython(python23.interpreter))?.datajoint, python23.version);
    assert.equal((await probePython(python014.interpreter))?.datajoint ?? python014.version, python014.version);
    assert.equal(await probePython('/nowhere/python'), null);
    assert.equal(await probePython('/bin/false'), null);
    await assert.rejects(
      openPythonTable({ interpreter: 'python3', folder: lab.folder, connection, spec: { kind: 'embedded', file: '/x', durability: 'full' }, output: 'errors', pythonClass: { files: [], className: 'Made', schemaName: null } }),
      { code: 'pipeline', message: /^Made is a Python table, and datajoint-python needs a MySQL or MariaDB server/ },
    );
  });

  it('an import that prints, also bytes that are no text, and a make that does', async (context) => {
    const noise = 'sys.stdout.buffer.write(b"\\xff\\xfe\\x00 not text\\n"); sys.stderr.write("\\ud800 half\\n"); print("x" * 100000)';
    const lab = await labOf(context, `${tables('noisy', `${noise}\nraise ValueError("caf\\u00e9 \\ud800 " + "y" * 5000)`)}\n${noise}\n`.replace('\ud800', '\\ud800'));
    const { table } = await lab.open('Made');
    const { errorList } = await table.populate({ reserveJobs: true, suppressErrors: true });
    assert.equal(errorList.length, 3);
    const [error] = await table.jobs.errors.fetch();
    assert.match(String(error?.error_message), /^ValueError: caf\u00e9 \? y+\.\.\.truncated$/);
    assert.equal([...String(error?.error_message)].length, 2047);
  });

  it('errors that have no text, that come in groups, and an interruption that make swallows', async (context) => {
    const lab = await labOf(
      context,
      tables(
        'odd_errors',
        `class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")
if key["k"] == 0:
    raise Mute()
if key["k"] == 1:
    raise ExceptionGroup("several", [ValueError("a"), KeyError("b")])
dj.conn().query("SELECT nothing FROM nowhere")`,
      ),
    );
    const { table } = await lab.open('Made');
    const { errorList } = await table.populate({ suppressErrors: true });
    const messages = errorList.map(([, message]) => String(message));
    assert.deepEqual(messages.slice(0, 2), ['Mute: <its message cannot be shown: RuntimeError>', 'ExceptionGroup: several (2 sub-exceptions)']);
    assert.match(messages[2] ?? '', /^\w+Error: .*(?:nowhere|No database selected)/);
  });

  it('a session that is killed while make() runs is the error of its key, and the next key has another', async (context) => {
    const lab = await labOf(
      context,
      tables('killed', `self.insert1(key)\nif key["k"] == 0:\n    open("id", "w").write(str(dj.conn().connection_id))\n    while os.path.exists("id"):\n        time.sleep(0.02)\n    Source().fetch()\n`),
    );
    const { table } = await lab.open('Made');
    const running = table.populate({ reserveJobs: true, suppressErrors: true });
    const { readFileSync, rmSync } = await import('node:fs');
    const { until } = await import('../harness/until');
    const id = await until('make has begun', () => readFileSync(path.join(lab.folder, 'id'), 'utf8'));
    await server.sql(`KILL ${id}`);
    rmSync(path.join(lab.folder, 'id'));
    const { successCount, errorList } = await running;
    assert.deepEqual([successCount, errorList.length], [2, 1]);
    assert.match(String(errorList[0]?.[1]), /LostConnectionError/);
    assert.equal(await table.count(), 2);
  });

  it('the job of a make that met a deadlock is tried again', async (context) => {
    const lab = await labOf(
      context,
      tables('deadlocks', `if not os.path.exists("met"):\n    open("met", "w").close()\n    import pymysql\n    raise pymysql.err.OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")\nself.insert1(key)`),
    );
    const { table } = await lab.open('Made');
    assert.deepEqual(await table.populate({ reserveJobs: true }), { successCount: 3, skippedCount: 0, errorList: [] });
  });

  it('files in packages, in folders without __init__.py, and with names that are no identifiers', async (context) => {
    const text = tables('placed', 'self.insert1(key)');
    const lab = await labOf(context, 'from datajoint import Schema\n');
    await mkdir(path.join(lab.folder, 'pkg/sub'), { recursive: true });
    await mkdir(path.join(lab.folder, 'plain'));
    await writeFile(path.join(lab.folder, 'pkg/__init__.py'), '');
    await writeFile(path.join(lab.folder, 'pkg/sub/__init__.py'), '');
    await writeFile(path.join(lab.folder, 'pkg/names.py'), 'name = "placed"');
    await writeFile(path.join(lab.folder, 'pkg/sub/deep.py'), text.replace('schema = dj.Schema("placed")', 'from ..names import name\nschema = dj.Schema(name)'));
    await writeFile(path.join(lab.folder, 'plain/names.py'), 'name = "placed"');
    await writeFile(path.join(lab.folder, 'plain/near.py'), text.replace('schema = dj.Schema("placed")', 'from .names import name\nschema = dj.Schema(name)'));
    await writeFile(path.join(lab.folder, '01-step.py'), text);
    for (const file of ['deep.py', 'near.py', '01-step.py']) {
      const { report } = await lab.open('Made', { file });
      assert.deepEqual([report.schema, report.table], ['placed', '__made'], file);
    }
  });
});
