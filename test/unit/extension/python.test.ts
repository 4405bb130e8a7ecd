/** What the Python extension answers, in every form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeInterpreter } from '../../../src/extension/python/pythonApi';

const api = (resolved: unknown) => ({
  environments: {
    prefix: '/envs',
    getActiveEnvironmentPath(resource: string) {
      return { id: resource, path: `${this.prefix}/${resource}` };
    },
    resolveEnvironment: (active: { path: string }) => Promise.resolve(typeof resolved === 'function' ? (resolved as (path: string) => unknown)(active.path) : resolved),
  },
});

test('the interpreter of the environment that is active for the folder', async () => {
  const resolved = (path: string) => ({ executable: { uri: { fsPath: `${path}/bin/python` } } });
  assert.equal(await activeInterpreter(api(resolved), 'lab'), '/envs/lab/bin/python');
});

test('no interpreter: an environment without Python, none at all, another API', async () => {
  const answers = [undefined, null, {}, { executable: {} }, { executable: { uri: undefined } }, { executable: { uri: { fsPath: '' } } }, { executable: { uri: { fsPath: 5 } } }];
  for (const answer of answers) assert.equal(await activeInterpreter(api(answer), 'lab'), null);
  for (const other of [undefined, null, 3, {}, { environments: {} }, { environments: { getActiveEnvironmentPath: () => undefined } }]) {
    assert.equal(await activeInterpreter(other, 'lab'), null);
  }
});
