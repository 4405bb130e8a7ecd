import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attribute, TableSpec } from '../../../src/engine/database';
import { describeTable } from '../../../src/engine/definition';
import { table } from './arbitraryTable';

/** An interpreter that has datajoint 2.3. */
const python = process.env['DJW_PYTHON_23'];
const reason = python === undefined ? 'set DJW_PYTHON_23 to a Python that has datajoint 2.3 to run this' : false;

describe('definitions that we describe', { skip: reason }, () => {
  it('are read by datajoint-python as the same tables', () => {
    const specs = fc.sample(table({ schema: 'lab', table: 'subject' }), { numRuns: 600, seed: 20260131 }).map(withoutFinalHash);
    const texts = specs.map((spec) => describeTable(spec, () => null, () => ''));
    const run = spawnSync(python ?? '', ['-W', 'ignore', join(__dirname, 'check.py')], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    assert.equal(run.status, 0, run.stderr);
    const results = JSON.parse(run.stdout) as unknown[];
    specs.forEach((spec, index) => {
      assert.deepEqual(results[index], expected(spec), texts[index]);
    });
  });
});

/** datajoint-python cuts # off the end of a comment. */
function withoutFinalHash(spec: TableSpec): TableSpec {
  return { ...spec, attributes: spec.attributes.map((one) => ({ ...one, comment: one.comment.replace(/[#\s]+$/, '') })) };
}

function expected({ comment, attributes, indexes }: TableSpec): unknown {
  const key = attributes.filter(({ inKey }) => inKey).map(({ name }) => name);
  return [comment, key, attributes.map((one) => [one.name, one.nullable, marked(one)]), indexes.length];
}

/** The comment as datajoint-python declares it: core types and codecs are marked, the server's own types are not. */
function marked({ declaredType, comment, codec }: Attribute): string {
  const isCore = /^(int\d+|float\d+|decimal\(\d+,\d+\)$|bool|char\(|varchar\(|enum\(|date(time.*)?$|uuid|json|bytes)/.test(declaredType);
  const text = comment.replaceAll('"', '\\"');
  return isCore || codec !== null ? `:${declaredType}:${text}` : text;
}
