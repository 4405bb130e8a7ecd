// The areas where what is built could differ from the sources: what goes through the driver of servers and its character tables,
// and what starts files of its own.
import '../../harness/builtEngine';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as dj from '../../../src/engine';
import { serverTitle } from '../../harness/serverKind';
import { badMakes } from './badMakes';
import { document000 } from './document000';
import { embedded } from './embedded';
import { rows } from './rows';
import { onTestServer } from './server';
import { transactions } from './transactions';
import { values } from './values';

test('the engine of these tests is the one that is built', () => {
  const built = require.cache[require.resolve('../../../dist/engine.js')]?.exports as typeof dj | undefined;
  assert.equal(built?.Connection, dj.Connection);
});

const onServer = onTestServer();
for (const area of [values, rows, transactions, badMakes, document000]) {
  area(`${serverTitle}, built`, onServer);
  area('the embedded database in a thread, built', embedded({ thread: true }));
}
