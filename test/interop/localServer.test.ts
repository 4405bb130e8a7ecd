/** datajoint-python uses the local server of a folder by itself: it is told nothing but where it works. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Connection, openDatabase, resolveConnection } from '../../src/engine';
import { makeCertificate } from '../../src/localServer/certificate';
import { pythonVariables } from '../../src/pipeline/python';
import { type LocalServerFolder, withLocalServer } from '../integration/localServerFolder';
import { both014, both23, python23 } from './python';

const lab = `import datajoint as dj
schema = dj.Schema('lab')

@schema
class Recording(dj.Manual):
    definition = """
    recording_id : int32
    ---
    trace : <blob>
    """

@schema
class Peak(dj.Computed):
    definition = """
    -> Recording
    ---
    peak : float64
    """
    def make(self, key):
        self.insert1({**key, 'peak': max((Recording & key).fetch1('trace'))})
`;

const enter = `import lab
lab.Recording.insert([(1, [1.0, 3.0]), (2, [5.0])])
lab.Peak.populate()
`;

const look = `import json, datajoint as dj, lab
connection = dj.conn()
print(json.dumps({
    'user': dj.config['database.user'],
    'host': dj.config['database.host'],
    'tls': connection.query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1],
    'peaks': lab.Peak.to_arrays('peak', order_by='recording_id').tolist(),
}))
`;

async function python(folder: LocalServerFolder, script: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder.path, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await promisify(execFile)(python23.interpreter, ['-W', 'ignore', script], { cwd: folder.path, env });
  return stdout;
}

test('what the server writes is what datajoint-python reads, also after it was started anew', { skip: python23.absent, timeout: 240_000 }, async () => {
  await withLocalServer({ 'lab.py': lab, 'enter.py': enter, 'look.py': look }, async (folder) => {
    await folder.startServer();
    await python(folder, 'enter.py');
    const seen = { user: 'datajoint', host: '127.0.0.1', tls: 'TLS_AES_256_GCM_SHA384', peaks: [3, 5] };
    assert.deepEqual(JSON.parse((await python(folder, 'look.py')).trim().split('\n').at(-1) ?? ''), seen);

    await folder.djw('server', 'stop');
    await folder.startServer();
    assert.deepEqual(JSON.parse((await python(folder, 'look.py')).trim().split('\n').at(-1) ?? ''), seen);
    assert.match((await folder.djw('list')).out, /\bPeak\b/);
  });
});

const session = `import json, datajoint as dj
connection = dj.conn()
print(json.dumps([connection.query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1], connection.query('SELECT @@port').fetchone()[0]]))
`;

for (const each of both014) {
  test(`a bare Python in the folder uses the server, datajoint-python ${each.version}`, { skip: each.absent, timeout: 240_000 }, async () => {
    await withLocalServer({ 'session.py': session }, async (folder) => {
      const bare = async (): Promise<unknown> => {
        const env = { PATH: process.env['PATH'], HOME: folder.path, PYTHONDONTWRITEBYTECODE: '1' };
        const { stdout } = await promisify(execFile)(each.interpreter, ['-W', 'ignore', 'session.py'], { cwd: folder.path, env });
        return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      };
      const { port } = await folder.startServer();
      assert.deepEqual(await bare(), ['TLS_AES_256_GCM_SHA384', port]);

      // Each start has a password of its own.
      await folder.djw('server', 'stop');
      await folder.startServer();
      assert.deepEqual(await bare(), ['TLS_AES_256_GCM_SHA384', port]);
      const link = path.join(folder.path, 'dj_local_conf.json');
      assert.equal(await readlink(link), path.join('.datajoint', 'server', 'dj_local_conf.json'));
      assert.equal((await stat(link)).mode & 0o777, 0o600);
    });
  });
}

const cipher = `import json, datajoint as dj
print(json.dumps(dj.conn().query("SHOW STATUS LIKE 'Ssl_cipher'").fetchone()[1]))
`;

for (const each of [...both23, ...both014]) {
  test(`a Python that djw starts checks the server as djw does, datajoint-python ${each.version}`, { skip: each.absent, timeout: 240_000 }, async () => {
    await withLocalServer({ 'cipher.py': cipher }, async (folder) => {
      const { port } = await folder.startServer();
      const said = await folder.djw('run', '--python', each.interpreter, 'cipher.py');
      assert.match(said.out, /TLS_/, said.err);

      await writeFile(path.join(folder.path, 'stranger.pem'), makeCertificate().certificate);
      const spec = resolveConnection({ cwd: folder.path, env: {} });
      assert.ok(spec.kind === 'server');
      const connection = new Connection(await openDatabase(spec));
      const variables = pythonVariables({ ...spec, tlsFiles: { ca: path.join(folder.path, 'stranger.pem') } }, connection);
      await connection.close();
      assert.equal(variables['DJ_PORT'], String(port));
      const env = { PATH: process.env['PATH'], HOME: folder.path, PYTHONDONTWRITEBYTECODE: '1', ...variables };
      const failed = promisify(execFile)(each.interpreter, ['-W', 'ignore', 'cipher.py'], { cwd: folder.path, env });
      await assert.rejects(failed, /CERTIFICATE_VERIFY_FAILED/);
    });
  });
}
