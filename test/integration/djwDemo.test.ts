import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { demoFolder } from './djwProcess';

test('the demo: insert, populate, errors, a fix in one line, populate again', async (context) => {
  const folder = await demoFolder(context);
  const source = await readFile(path.join(folder.path, 'pipeline.ts'), 'utf8');
  const failing = source.split('\n').findIndex((line) => line.includes('throw new RangeError')) + 1;

  for (let time = 0; time < 2; time++) {
    const inserted = await folder.djw('run', 'insert.ts');
    assert.deepEqual([inserted.code, inserted.err], [0, '']);
    assert.match(inserted.out, /^4 subjects, 24 sessions\./);
  }
  const before = await folder.djw('list');
  assert.match(before.out, /Session +manual +24 rows +pipeline\.ts:\d+/);
  assert.match(before.out, /Trace +imported +not declared/);

  const first = await folder.djw('populate', 'Trace', 'subject_id=c3', '--reserve-jobs', '--suppress-errors');
  assert.deepEqual([first.code, first.err], [1, '']);
  assert.ok(first.out.includes(`✗ subject_id "c3", session_idx 3   RangeError: gain is zero`), first.out);
  assert.ok(first.out.includes(`   pipeline.ts:${failing}\n`), first.out);
  assert.match(first.out, /\nDone: 5 computed, 1 error, 0 skipped in \d+\.\d s\. {3}djw errors Trace\n$/);

  const errors = await folder.djw('errors');
  assert.match(
    errors.out,
    new RegExp(`^Trace {3}RangeError: gain is zero.* {3}pipeline\\.ts:${failing}\n {2}subject_id "c3", session_idx 3 `),
  );
  assert.match((await folder.djw('jobs', 'Trace')).out, /error +1\n/);

  const written = 'const gain = writtenGain;';
  assert.ok(source.includes(written));
  await folder.write('pipeline.ts', source.replace(written, 'const gain = writtenGain || nominalGain;'));
  await folder.write('retry.ts', `import { Trace } from './pipeline';\nawait Trace.jobs.errors.delete();`);
  assert.equal((await folder.djw('run', 'retry.ts')).code, 0);
  const again = await folder.djw('populate', 'ephys.Trace', '{"subject_id": "c3"}', '--reserve-jobs', '--json');
  assert.deepEqual([again.code, again.out], [0, '{"success_count":1,"error_list":[]}\n']);
  assert.equal((await folder.djw('errors', 'Trace')).out, 'No errors in Trace.\n');

  const peaks = await folder.djw('populate', 'Peaks', 'session_idx > 2', "method = 'sensitive'", '--max-calls', '3');
  assert.equal(peaks.code, 0);
  assert.match(peaks.out, /Done: 3 computed, 0 errors/);
  assert.deepEqual(JSON.parse((await folder.djw('progress', 'Peaks', '--json')).out), {
    done: 3,
    remaining: 9,
    total: 12,
  });
  assert.match((await folder.djw('list')).out, /Peaks +computed +3\/12 +pipeline\.ts:\d+\n {4}Peak +part +\d+ rows/);
});
