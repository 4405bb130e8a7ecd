import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressIn, debugpyConfiguration, debugpyVariables, nodeConfiguration, waitingNode } from '../../../src/extension/debug/configurations';
import { debugArguments } from '../../../src/extension/populate/options';
import { debuggerPackage } from '../../../src/extension/python/pythonApi';

test('the debugger for Node comes to a djw that waits', () => {
  assert.deepEqual(waitingNode(9229), ['--inspect-brk=127.0.0.1:9229']);
  assert.deepEqual(nodeConfiguration({ name: 'Debug Trace · subject "c3"', id: 'run-1' }, 9229, '/extension/dist'), {
    type: 'node',
    request: 'attach',
    name: 'Debug Trace · subject "c3"',
    datajointRun: 'run-1',
    address: '127.0.0.1',
    port: 9229,
    timeout: 60_000,
    continueOnAttach: true,
    autoAttachChildProcesses: false,
    internalConsoleOptions: 'neverOpen',
    skipFiles: ['<node_internals>/**', '/extension/dist/**'],
  });
  const onWindows = nodeConfiguration({ name: 'Debug Trace', id: 'run-1' }, 9229, 'C:\\extension\\dist');
  assert.deepEqual(onWindows['skipFiles'], ['<node_internals>/**', 'C:/extension/dist/**']);
});

test('djw makes one key, and suppresses no error', () => {
  assert.deepEqual(debugArguments('ephys.Trace', '/p/pipeline.ts', '{"subject_id":"c3"}'), [
    'ephys.Trace',
    '{"subject_id":"c3"}',
    '--pipeline',
    '/p/pipeline.ts',
    '--reserve-jobs',
    '--max-calls',
    '1',
    '--errors-ok',
  ]);
});

test('debugpy listens, and the Python of djw connects to it', () => {
  assert.deepEqual(debugpyConfiguration({ name: 'Debug Peaks · recording 2', id: 'run-2' }), {
    type: 'debugpy',
    request: 'attach',
    name: 'Debug Peaks · recording 2',
    datajointRun: 'run-2',
    listen: { host: '127.0.0.1', port: 0 },
    justMyCode: false,
    redirectOutput: false,
    internalConsoleOptions: 'neverOpen',
  });
  const address = addressIn({ host: '127.0.0.1', port: 5678 });
  assert.ok(address !== null);
  assert.deepEqual(debugpyVariables('/debugger/bundled/libs/debugpy', address), {
    DJW_PYTHON_ARGS: '["-Xfrozen_modules=off","/debugger/bundled/libs/debugpy","--connect","127.0.0.1:5678","--wait-for-client"]',
  });
  for (const other of [null, 'here', {}, { host: 'x' }, { host: 'x', port: '1' }]) assert.equal(addressIn(other), null);
});

test('where the Python debugger is, as its API tells', async () => {
  assert.equal(await debuggerPackage({ debug: { getDebuggerPackagePath: () => Promise.resolve('/d/debugpy') } }), '/d/debugpy');
  for (const other of [undefined, {}, { debug: {} }, { debug: { getDebuggerPackagePath: () => Promise.resolve(undefined) } }]) {
    assert.equal(await debuggerPackage(other), null);
  }
});
