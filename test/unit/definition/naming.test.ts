import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertQueueHasName, classNameOf, jobsTableOf, masterOf, tableNameOf, tierOf, type Tier } from '../../../src/engine/definition';
import { DefinitionError } from '../../../src/engine/errors';

// The same cases every time.
fc.configureGlobal({ seed: 20_260_131 });

describe('table names', () => {
  const cases: readonly (readonly [string, Tier, string | undefined, string])[] = [
    ['Experiment', 'manual', undefined, 'experiment'],
    ['SpikeTrain', 'manual', undefined, 'spike_train'],
    ['Method', 'lookup', undefined, '#method'],
    ['Recording', 'imported', undefined, '_recording'],
    ['Analysis', 'computed', undefined, '__analysis'],
    ['Unit', 'part', '__analysis', '__analysis__unit'],
    ['UnitSpikes', 'part', 'session', 'session__unit_spikes'],
    ['ABTest', 'manual', undefined, 'a_b_test'],
    ['X2Y', 'computed', undefined, '__x2_y'],
    ['Lfp10', 'manual', undefined, 'lfp10'],
  ];
  for (const [className, tier, master, tableName] of cases) {
    it(`${className} (${tier}) is ${tableName} and back`, () => {
      assert.equal(tableNameOf(className, tier, master), tableName);
      assert.equal(classNameOf(tableName), master === undefined ? className : `${classNameOf(master)}.${className}`);
      assert.equal(tierOf(tableName), tier);
      assert.equal(masterOf(tableName), master ?? null);
    });
  }

  it('turn back into the class that they came from', () => {
    const tier = fc.constantFrom<Exclude<Tier, 'part'>[]>('manual', 'lookup', 'imported', 'computed');
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,20}$/), tier, (className, of) => {
        const name = tableNameOf(className, of);
        assert.equal(classNameOf(name), className);
        assert.equal(tierOf(name), of);
      }),
    );
  });

  it('drop underscores of the class name', () => {
    assert.equal(tableNameOf('Spike_Train', 'manual'), 'spike_train');
  });

  it('of hidden tables are left alone', () => {
    for (const name of ['~lineage', '~log', '~~analysis', '~jobs', 'Weird Name']) {
      assert.equal(tierOf(name), 'hidden');
      assert.equal(classNameOf(name), name);
    }
  });

  it('of job queues', () => {
    assert.equal(jobsTableOf('__analysis'), '~~analysis');
    assert.equal(jobsTableOf('_recording'), '~~recording');
  });

  it('refuse classes that cannot name a table', () => {
    for (const name of ['experiment', '2Photon', 'Naïve', 'A-B', '']) {
      assert.throws(() => tableNameOf(name, 'manual'), (error) => error instanceof DefinitionError && /capital letter/.test(error.message));
    }
    assert.throws(() => tableNameOf(`X${'y'.repeat(64)}`, 'manual'), /65 characters, and 64 is the limit/);
    assert.throws(() => tableNameOf('Peak', 'part', `__${'m'.repeat(60)}`), /is the limit/);
    assert.throws(() => tableNameOf('Peak', 'part'), /no master/);
    assert.throws(() => assertQueueHasName(`_${'x'.repeat(63)}`), /too long to have a job queue/);
    assertQueueHasName(`__${'x'.repeat(62)}`);
  });
});
