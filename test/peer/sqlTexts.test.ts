import assert from 'node:assert/strict';
import { before, describe, it, type TestContext } from 'node:test';
import * as dj from '../../src/engine';
import { manual } from '../integration/engine/describeEngine';
import { python23 } from '../interop/python';
import { answerOf, differs } from './comparison';
import { peerLab } from './lab';
import type { Peer } from './peer';
import { AGGREGATES, COMPUTATIONS, CONDITIONS, DROPPED_BY_PYTHON, OBJECTS } from './sqlTexts';

const DEFINITION = `
id : int32
---
name = null : varchar(20)
price : decimal(6,2)
weight : float64
ok : bool
kind = null : enum('a', 'b', 'c')
day : date
moment : datetime
precise : datetime(3)
`;

const ROWS = [
  { id: 1, name: 'one', price: '1.50', weight: 0.5, ok: true, kind: 'b', day: '2026-01-02', moment: '2026-01-02 12:00:00', precise: '2026-01-02 12:00:00.000' },
  { id: 2, name: 'two', price: '2.00', weight: 1, ok: false, kind: 'a', day: '2026-01-01', moment: '2026-01-02 00:00:00', precise: '2026-01-02 12:00:00.500' },
  { id: 3, name: null, price: '0.00', weight: -1.25, ok: true, kind: null, day: '2026-02-28', moment: '2026-03-01 23:59:59', precise: '2026-03-01 00:00:00.001' },
  { id: 4, name: "it's", price: '-3.25', weight: 1e6, ok: false, kind: 'c', day: '2025-12-31', moment: '2025-12-31 06:30:00', precise: '2025-12-31 06:30:00.250' },
  { id: 5, name: '100_%', price: '9999.99', weight: 0, ok: true, kind: 'a', day: '2026-01-31', moment: '2026-01-31 12:00:00', precise: '2026-01-31 12:00:00.999' },
  { id: 6, name: '100x%?', price: '0.01', weight: 2, ok: true, kind: 'b', day: '2026-01-01', moment: '2026-01-01 00:00:00', precise: '2026-01-01 00:00:00.000' },
];

describe('SQL as people write it, on this engine and on datajoint-python', { skip: python23.absent }, () => {
  const lab = peerLab();
  let measured: dj.Query;
  let peer: Peer;
  before(async () => {
    const made = await lab.schema('peer_texts', async (schema) => {
      const table = manual(schema, 'Measured', DEFINITION);
      await table.insert(ROWS);
      return table;
    });
    measured = new dj.Query(made.tables[dj.EXPRESSION]);
    peer = made.peer;
  });

  const table = { op: 'table', name: 'Measured' };
  /** Compares what both sides make of each text, and names all that differ. What only this engine can run is no fault. */
  const compare = async <T>(t: TestContext, given: readonly T[], ours: (each: T) => dj.Query, theirs: (each: T) => unknown) => {
    const different: string[] = [];
    let onlyHere = 0;
    for (const each of given) {
      const [one, two] = [await answerOf(ours(each)), await peer.evaluate(theirs(each))];
      if (differs(one, two).length === 0) continue;
      if ('error' in two || each === DROPPED_BY_PYTHON) onlyHere += 1;
      else different.push(`${JSON.stringify(each)}\n  engine: ${JSON.stringify(one)}\n  datajoint-python: ${JSON.stringify(two)}`);
    }
    t.diagnostic(`${given.length} compared, ${given.length - onlyHere - different.length} equal, ${onlyHere} run only here`);
    assert.deepEqual(different, [], different.join('\n'));
  };

  it('conditions select the same rows', async (t) => {
    const keys = (query: dj.Query) => query.proj() as dj.Query;
    await compare(t, CONDITIONS, (text) => keys(measured.restrict(text)), (condition) => ({ op: 'proj', input: { op: 'restrict', input: table, condition }, attributes: [], named: {} }));
  });

  it('objects select the same rows', async (t) => {
    const keys = (query: dj.Query) => query.proj() as dj.Query;
    await compare(t, OBJECTS, (values) => keys(measured.restrict(values)), (equal) => ({ op: 'proj', input: { op: 'restrict', input: table, condition: { equal } }, attributes: [], named: {} }));
  });

  it('computed attributes have the same values', async (t) => {
    await compare(t, COMPUTATIONS, (value) => measured.proj({ value }) as dj.Query, (value) => ({ op: 'proj', input: table, attributes: [], named: { value } }));
  });

  it('dj.U(kind).aggr() gives the same values', async (t) => {
    await compare(t, AGGREGATES, (value) => dj.U('kind').aggr(measured, { value }) as dj.Query, (value) => ({ op: 'U.aggr', names: ['kind'], members: table, named: { value } }));
  });

  it('dj.U() over computed attributes gives the same groups', async (t) => {
    const groups = (value: string) => dj.U('value').aggr(measured.proj({ value }), { n: 'count(*)' }) as dj.Query;
    const input = (value: string) => ({ op: 'proj', input: table, attributes: [], named: { value } });
    await compare(t, COMPUTATIONS, groups, (value) => ({ op: 'U.aggr', names: ['value'], members: input(value), named: { n: 'count(*)' } }));
  });
});
