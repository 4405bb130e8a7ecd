// Documents 000 and 002 in Python: their classes as they stand, made through the bridge, and their statements as they stand.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { startServer, type TestServer } from '../harness/server';
import { PythonLab, quiet } from './bridge';
import { python23 } from './python';

Object.assign(process.env, quiet);

const documents = path.join(__dirname, '../fixtures/documents');

describe('the documents in Python, on datajoint-python 2.3', { skip: python23.absent }, () => {
  let server: TestServer;
  let connection: dj.Connection;
  const labs: PythonLab[] = [];

  before(async () => {
    server = await startServer();
    const { host, port, user, password } = server;
    connection = new dj.Connection(await dj.openDatabase({ kind: 'server', host, port, user, password, tls: null }));
  });

  after(async () => {
    await Promise.all(labs.map((lab) => lab.close()));
    await connection.close();
    await server.stop();
  });

  const labOf = (document: string): PythonLab => {
    const lab = new PythonLab(path.join(documents, document), python23, server, connection);
    labs.push(lab);
    return lab;
  };

  it('000: five of twenty, the queue, the rest, and no errors', async () => {
    const { table } = await labOf('000').open('Analysis', { file: 'tutorial.py' });
    assert.deepEqual(await table.progress(), { remaining: 20, total: 20 });
    assert.deepEqual(await table.populate({ reserveJobs: true, maxCalls: 5, displayProgress: true }), {
      successCount: 5,
      skippedCount: 0,
      errorList: [],
    });
    assert.equal((await table.jobs.refresh()).added, 0);
    assert.deepEqual(await table.jobs.progress(), { pending: 15, reserved: 0, success: 0, error: 0, ignore: 0, total: 15 });
    assert.equal((await table.populate({ reserveJobs: true })).successCount, 15);
    assert.equal(await table.count(), 20);
    assert.equal(await table.jobs.errors.count(), 0);
    const rows = await table.fetch();
    assert.ok(rows.every((row) => Math.abs(Number(row['result']) - 1) < 0.2 && Number(row['compute_time']) > 0.1));
  });

  it('000: the notebook as a script, and worker.py with four processes, both on the same queue as the engine', async () => {
    const lab = labOf('000');
    const printed = (await lab.run('rest.py')).trim().split('\n');
    assert.deepEqual(printed, [
      'To compute: 20',
      'Added: 0',
      'pending: 15',
      'reserved: 0',
      'success: 0',
      'error: 0',
      'ignore: 0',
      'total: 15',
      'Computed: 20',
      'Errors: 0',
    ]);
    await lab.run('worker.py');
    assert.equal(await server.sql('SELECT COUNT(*) FROM my_pipeline.__analysis'), '8');
    await server.sql('DELETE FROM my_pipeline.__analysis');
    const { table } = await lab.open('Analysis', { file: 'pipeline.py' });
    assert.equal((await table.populate({ reserveJobs: true, processes: 4 })).successCount, 8);
    assert.equal(await table.count(), 8);
  });

  describe('002', () => {
    let lab: PythonLab;

    before(async () => {
      lab = labOf('002');
      const enter = `
import datetime
from computations import *
import numpy as np
for subject, sex in (('M001', 'M'), ('F001', 'F')):
    Subject.insert1((subject, sex))
    for idx in (1, 2):
        Session.insert1((subject, idx, datetime.date(2025 + idx - 1, 6, 1)))
        RawData.insert1((subject, idx, 0.5 + 0.2 * idx, np.arange(4.0) * (-1 if (subject, idx) == ('F001', 2) else 1) + (idx - 1) * (-1 if subject == 'F001' else 1)))
`;
      await lab.run(`-c${enter}`);
    });

    it('populates, restricted and limited, in three parts and with a key source of its own', async () => {
      const processed = await lab.open('ProcessedData');
      assert.equal((await processed.table.populate({ subject_id: 'M001', session_idx: 1 })).successCount, 1);
      assert.equal((await processed.table.populate("subject_id = 'M001'", { limit: 100 })).successCount, 1);
      const long = await lab.open('LongComputation');
      assert.equal(long.report.maker, 'parts');
      assert.equal((await long.table.populate({ reserveJobs: true })).successCount, 4);
      assert.equal(await server.sql("SELECT result FROM run_computations.__long_computation WHERE subject_id = 'M001' AND session_idx = 1"), '12');
      const filtered = await lab.open('FilteredComputation');
      assert.deepEqual(await filtered.table.progress(), { remaining: 2, total: 2 });
      assert.equal((await filtered.table.jobs.refresh()).added, 2);
      await assert.rejects(filtered.table.populate(), { code: 'make_missing', message: /make_fetch, make_compute and make_insert/ });
    });

    it('the errors that the engine records are those that the document\'s statements find and clear', async () => {
      const { table } = await lab.open('ProcessedData');
      const { successCount, errorList } = await table.populate({ reserveJobs: true, suppressErrors: true });
      assert.deepEqual([successCount, errorList.map(([, message]) => message)], [1, ['ValueError: negative data']]);
      const check = `
from computations import *
# Check what failed
failed = ProcessedData.jobs & "status = 'error'"
print(failed)
# Clear errors to retry
failed.delete()
# What's left to compute
remaining = ProcessedData.key_source - ProcessedData
print(f"{len(remaining)} entries remaining")
`;
      const printed = await lab.run(`-c${check}`);
      assert.match(printed, /F001 +2 +error/);
      assert.match(printed, /1 entries remaining/);
      assert.equal(await table.jobs.errors.count(), 0);
      const populate = `
from computations import *
# Populate all missing entries
try:
    ProcessedData.populate()
except ValueError as error:
    print(error)
# With progress display
ProcessedData.populate(display_progress=True, suppress_errors=True)
# Only specific subjects
ProcessedData.populate(Subject & "sex = 'M'")
# Only recent sessions
ProcessedData.populate(Session & "session_date > '2026-01-01'", suppress_errors=True)
# Specific key
ProcessedData.populate({'subject_id': 'M001', 'session_idx': 1})
# View job status
ProcessedData.jobs
`;
      // What remains is what datajoint logs.
      const said = (await lab.run(`-c${populate}`)).split('\n').filter((line) => !line.startsWith('['));
      assert.equal(said.join('\n').trim(), 'negative data');
    });
  });
});
