// A datajoint-python worker that is killed in a make(): its job is free again on the evidence of this machine.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { until } from '../harness/until';
import { bridgeOnServer, quiet, serverVariables, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

const pipeline = `
import os, time
import datajoint as dj
dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("dead_python")

@schema
class Session(dj.Manual):
    definition = "session : int"

@schema
class Trace(dj.Computed):
    definition = "-> Session"
    def make(self, key):
        if os.environ.get("STAYS"):
            print("in make", flush=True)
            time.sleep(600)
        self.insert1(key)
`;

for (const python of [python23, python014]) {
  describe(`a killed worker of datajoint-python ${python.version}`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('frees its job by its end, and keeps it while it lives', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, {
        'lab.py': pipeline,
        'enter.py': 'from lab import Session\nSession.insert([(1,)])\n',
        'work.py': 'from lab import Trace\nTrace.populate(reserve_jobs=True)\n',
      });
      await lab.run('enter.py');
      const trace = await lab.open('Trace');
      const env = { ...process.env, ...quiet, ...serverVariables(lab.server), DJ_USE_TLS: 'false', STAYS: 'yes' };
      const worker = spawn(python.interpreter, ['work.py'], { cwd: lab.folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        await once(worker.stdout, 'data');
        const meanwhile = await trace.table.populate({ reserveJobs: true });
        assert.equal(meanwhile.successCount, 0, 'it has its job while it lives');
      } finally {
        worker.kill('SIGKILL');
        await once(worker, 'exit');
      }
      // The server takes a moment to see that the session has ended.
      await until('the job is free', async () => (await trace.table.populate({ reserveJobs: true })).successCount === 1);
    });
  });
}
