// A datajoint that is installed, but cannot be imported because of something that it needs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { program } from '../integration/djwProcess';
import { bridgeOnServer, quiet, serverVariables, temporaryLab } from './bridge';
import { python014, python23 } from './python';

const pipeline = `
import datajoint as dj
schema = dj.Schema("never")

@schema
class Peaks(dj.Computed):
    definition = "k : int"
    def make(self, key):
        pass
`;

for (const python of [python23, python014]) {
  describe(`datajoint ${python.version} that is broken`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    for (const [why, said, reason] of [
      ['a compiled module does not fit', 'raise ImportError("libssl.so.1: cannot open shared object file")', 'ImportError: libssl.so.1: cannot open shared object file'],
      ['a package is not there', 'import no_such_package', "ModuleNotFoundError: No module named 'no_such_package'"],
      ['a package is of another time', 'from collections import Mapping', "ImportError: cannot import name 'Mapping' from 'collections'"],
    ] as const) {
      it(`${why}: one sentence, with the version that is to be put back`, async (context) => {
        const lab = await temporaryLab(context, python, place.server, place.connection, { 'peaks.py': pipeline });
        const packages = path.join(lab.folder, 'broken');
        await mkdir(path.join(packages, 'pymysql'), { recursive: true });
        await writeFile(path.join(packages, 'pymysql/__init__.py'), `${said}\n`);
        const { PATH, HOME } = process.env;
        const env = { PATH, HOME, ...quiet, ...serverVariables(place.server), PYTHONPATH: packages, NO_COLOR: '1' };
        const child = spawn(process.execPath, [program, 'populate', 'Peaks', '--python', python.interpreter], { cwd: lab.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
        const [out, complaints] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
        assert.deepEqual([child.exitCode, out], [2, '']);
        const sentence = complaints.trimEnd().split('\n').at(-1) ?? '';
        const begin = `djw: datajoint is installed but cannot be imported by ${python.interpreter}: ${reason}`;
        const end = `. Mend it with "${python.interpreter} -m pip install --force-reinstall datajoint==${python.version}".`;
        assert.equal(sentence.slice(0, begin.length), begin);
        assert.equal(sentence.slice(-end.length), end);
      });
    }
  });
}
