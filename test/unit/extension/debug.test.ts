import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressIn, debugpyConfiguration, debugpyVariables, nodeConfiguration } from '../../../src/extension/debug/configurations';
import { populateArguments } from '../../../src/extension/populate/options';
import { debuggerPackage } from '../../../src/extension/populate/pythonApi';

test('djw under the debugger for Node', () => {
  const options = { reserveJobs: true, suppressErrors: false, maxCalls: 1, restriction: '{"subject_id":"c3"}' };
  const configuration = nodeConfiguration({
    name: 'Debug Trace · subject "c3"',
    id: 'run-1',
    executable: '/editor/node',
    executableArguments: ['--quiet'],
    env: { ELECTRON_RUN_AS_NODE: '1' },
    program: '/extension/dist/djw.js',
    args: ['populate', ...populateArguments('ephys.Trace', '/p/pipeline.ts', options)],
    folder: '/p',
    engine: '/extension/dist',
  });
  assert.deepEqual(configuration, {
    type: 'node',
    request: 'launch',
    name: 'Debug Trace · subject "c3"',
    datajointRun: 'run-1',
    runtimeExecutable: '/editor/node',
    runtimeArgs: ['--quiet'],
    attachSimplePort: 0,
    program: '/extension/dist/djw.js',
    args: ['populate', 'ephys.Trace', '{"subject_id":"c3"}', '--pipeline', '/p/pipeline.ts', '--reserve-jobs', '--max-calls', '1'],
    cwd: '/p',
    env: { ELECTRON_RUN_AS_NODE: '1' },
    console: 'integratedTerminal',
    internalConsoleOptions: 'neverOpen',
    skipFiles: ['<node_internals>/**', '/extension/dist/**'],
  });
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
