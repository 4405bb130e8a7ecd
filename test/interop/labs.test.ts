// The truth of the corpus (test/fixtures/labs) is what datajoint-python has after it imported the modules of each lab.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startServer, type TestServer } from '../harness/server';
import { labs } from '../unit/pipeline/labs';
import { quiet, serverVariables } from './bridge';
import { python014, python23 } from './python';

const program = path.join(__dirname, 'python/lab_truth.py');

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`the truth of the labs is that of datajoint-python ${version}`, { skip: python.absent }, () => {
    let server: TestServer;
    before(async () => (server = await startServer()));
    after(() => server.stop());

    it('of each lab', async () => {
      const env = { ...process.env, ...quiet, ...serverVariables(server), DJ_USE_TLS: 'false', PYTHONDONTWRITEBYTECODE: '1' };
      // Importing datajoint takes a second or two.
      for (let at = 0; at < labs.length; at += 4) {
        await Promise.all(
          labs.slice(at, at + 4).map(async ({ name, root, packages, modules, truth }) => {
            const { stdout } = await promisify(execFile)(python.interpreter, [program, root, packages === null ? '.' : 'lab,site', modules], { env, cwd: root });
            assert.deepEqual(stdout.trimEnd().split('\n'), truth, name);
          }),
        );
      }
    });
  });
}
