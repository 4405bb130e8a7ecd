import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { type Finished, program } from '../integration/djwProcess';
import { type TestServer, startServer } from '../harness/server';
import { quiet, serverVariables } from './bridge';
import { python014, python23 } from './python';

/** Says where it is connected, and where a process of its own is. */
const script = `
import multiprocessing, os, sys
import datajoint as dj

def port():
    return dj.conn().query("select @@port").fetchone()[0]

if __name__ == "__main__":
    print("here", port(), *sys.argv[1:])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print("there", pool.apply(port))
    print("own", os.environ.get("OWN_SITE"))
`;

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`djw run with datajoint-python ${version}`, { skip: python.absent }, () => {
    let server: TestServer;
    let folder: string;

    before(async () => {
      server = await startServer();
      folder = await mkdtemp(path.join(tmpdir(), 'djw-run-python-'));
      await writeFile(path.join(folder, 'enter.py'), script);
      // What 0.14 itself would take: the variables say otherwise, and so does djw.
      await writeFile(path.join(folder, 'dj_local_conf.json'), JSON.stringify({ 'database.host': '127.0.0.1', 'database.port': 1 }));
    });

    after(async () => {
      await rm(folder, { recursive: true, force: true });
      await server.stop();
    });

    const run = async (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> => {
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, ...quiet, ...serverVariables(server), DJW_PYTHON: python.interpreter, NO_COLOR: '1', ...more };
      const child = spawn(process.execPath, [program, 'run', ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: child.exitCode, out, err };
    };

    it('a script and its processes are on the server that djw uses, and nothing is written into the folder', async () => {
      const files = await readdir(folder);
      const { code, out, err } = await run(['enter.py', 'a', '--', '--epochs', '3']);
      assert.equal(code, 0, err);
      const port = String(server.port);
      assert.deepEqual(out.match(/^(?:here|there|own) .*$/gm), [`here ${port} a --epochs 3`, `there ${port}`, 'own None']);
      assert.deepEqual(await readdir(folder), files);
    });

    it('a sitecustomize of the person is run as without djw', async (context) => {
      const site = await mkdtemp(path.join(tmpdir(), 'djw-own-site-'));
      context.after(() => rm(site, { recursive: true, force: true }));
      await writeFile(path.join(site, 'sitecustomize.py'), `import os\nos.environ["OWN_SITE"] = "ran"\n`);
      const { out, err } = await run(['enter.py'], { PYTHONPATH: site });
      assert.match(out, /^own ran$/m, err);
      assert.match(out, new RegExp(`^here ${String(server.port)}$`, 'm'));
    });

    it('a server that is not there is said before the script is run', async () => {
      const { code, out, err } = await run(['enter.py'], { DJ_PORT: '1' });
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /^djw: .*127\.0\.0\.1:1.*\n$/);
    });
  });
}
