// What a Python make() printed last is recorded with its error, whichever way it prints.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const pipeline = (version: string): string => `
import logging, os, sys, threading
import datajoint as dj
from tqdm import tqdm

dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("printed_${version.replace('.', '_')}")
print("while it is imported")

@schema
class Source(dj.Lookup):
    definition = "k : int"
    contents = [[k] for k in range(6)]

@schema
class Talks(dj.Computed):
    definition = "-> Source"
    def make(self, key):
        k = key["k"]
        if k == 0:
            print("made", k)
            self.insert1(key)
            return
        if k == 1:
            print("begins", k)
            sys.stderr.write("half")
            sys.stderr.writelines([" a line\\n", "and another\\n"])
            logging.getLogger("lab").warning("logged")
            speaker = threading.Thread(target=lambda: print("said beside"))
            speaker.start()
            speaker.join()
        if k == 2:
            for i in tqdm(range(3), desc="loop", mininterval=0):
                pass
            print("drawn\\rover\\r\\nand its end", end="")
        if k == 3:
            for i in range(400):
                print("line", i)
        if k == 5:
            print("x" * 100000)
        raise ValueError("bad %d" % k)
`;

for (const [version, python] of [['2.3', python23], ['0.14', python014]] as const) {
  describe(`what a make() printed, on datajoint-python ${version}`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('stands under its traceback: its own lines, the last ones, as a terminal shows them', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'talks.py': pipeline(version) });
      const { table } = await lab.open('Talks');
      const stacks = new Map<unknown, string>();
      await table.populate({
        reserveJobs: true,
        suppressErrors: true,
        onProgress: (event) => {
          if (event.type === 'error') stacks.set(event.key['k'], event.error?.stack ?? '');
        },
      });
      const printed = (k: number): string[] => {
        const [traceback = '', lines = ''] = (stacks.get(k) ?? '').split('\nPrinted by make() before:\n');
        assert.match(traceback, new RegExp(`^Traceback [^]*\\nValueError: bad ${String(k)}\\n+$`));
        return lines === '' ? [] : lines.split('\n').map((line) => line.replace(/^\| /, ''));
      };
      assert.deepEqual(printed(1), ['begins 1', 'half a line', 'and another', 'logged', 'said beside']);
      const drawn = printed(2);
      assert.match(drawn[0] ?? '', /^loop: 100%.*3\/3/);
      assert.deepEqual(drawn.slice(1), ['over', 'and its end']);
      assert.deepEqual(printed(3), Array.from({ length: 20 }, (_, index) => `line ${String(380 + index)}`));
      assert.deepEqual(printed(4), []);
      assert.deepEqual(printed(5), ['x'.repeat(4000)]);
      const job = (await dj.createOverview(place.connection).job({ schema: `printed_${version.replace('.', '_')}`, table: '__talks' }, { k: 1 })).job;
      assert.match(job?.stack ?? '', /\nValueError: bad 1\n\n+Printed by make\(\) before:\n\| begins 1\n/);
    });
  });
}
