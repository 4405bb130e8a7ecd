import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseInterpreter, type InterpreterPlaces, type PythonProbe } from '../../../src/pipeline';

const good: PythonProbe = { python: '3.11.7', datajoint: '2.3.2' };
const bare: PythonProbe = { python: '3.12.0', datajoint: null };

function places(probes: Readonly<Record<string, PythonProbe>>, more: Partial<InterpreterPlaces> = {}): InterpreterPlaces & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    chosen: null,
    setting: null,
    activated: null,
    folders: ['/lab'],
    platform: 'linux',
    exists: (file) => file in probes,
    probe: (interpreter) => {
      asked.push(interpreter);
      return Promise.resolve(probes[interpreter] ?? null);
    },
    ...more,
    asked,
  };
}

const chosen = async (from: InterpreterPlaces): Promise<string> => {
  const found = await chooseInterpreter(from);
  return `${found.interpreter} (${found.from})`;
};

test('a choice counts before a setting, that before what is found, nearest first', async () => {
  const all = { '/chosen': good, '/set': good, '/active/bin/python': good, '/lab/.venv/bin/python': good, '/lab/venv/bin/python3': good, python3: good };
  assert.equal(await chosen(places(all, { chosen: '/chosen', setting: '/set', activated: '/active' })), '/chosen (the chosen interpreter)');
  assert.equal(await chosen(places(all, { setting: '/set', activated: '/active' })), '/set (datajoint.pythonPath)');
  assert.equal(await chosen(places(all, { activated: '/active' })), '/active/bin/python (the active environment)');
  assert.equal(await chosen(places(all)), '/lab/.venv/bin/python (.venv)');
  assert.equal(await chosen(places(all, { exists: (file) => file === '/lab/venv/bin/python3' })), '/lab/venv/bin/python3 (venv)');
  assert.equal(await chosen(places({ python3: good })), 'python3 (PATH)');
  assert.equal(await chosen(places({ python: good })), 'python (PATH)');
  assert.equal(await chosen(places({ '/lab/.conda/python.exe': good }, { platform: 'win32' })), '/lab/.conda/python.exe (.conda)');
});

test('what nobody has named is passed over when it lacks datajoint, what somebody named is not', async () => {
  const probes = { '/lab/.venv/bin/python': bare, python3: { python: '2.7.18', datajoint: null }, python: good, '/set': bare };
  assert.equal(await chosen(places(probes)), 'python (PATH)');
  await assert.rejects(chosen(places(probes, { setting: '/set' })), { code: 'pipeline', message: /^\/set has no datajoint: install it with "\/set -m pip install datajoint"/ });
  const named = places(probes, { chosen: '/nowhere' });
  await assert.rejects(chosen(named), { message: '/nowhere (the chosen interpreter) is no Python that can be started: choose another one.' });
  assert.deepEqual(named.asked, ['/nowhere']);
});

test('when none will do, the nearest one is the one to mend', async () => {
  await assert.rejects(chosen(places({})), { code: 'pipeline', message: /^No Python was found: install one with datajoint in it/ });
  await assert.rejects(chosen(places({ '/lab/.venv/bin/python': bare, python3: { python: '2.7.18', datajoint: null } })), { message: /^\/lab\/\.venv\/bin\/python has no datajoint/ });
  await assert.rejects(chosen(places({ python3: { python: '3.6.1', datajoint: '0.12.0' } })), { message: /^Python 3\.6\.1 of python3 is too old/ });
  await assert.rejects(chosen(places({ python3: { python: '3.9.1', datajoint: '0.13.8' } })), { message: /^datajoint 0\.13\.8 of python3 is too old: 0\.14 or 2\.3 is needed/ });
  assert.equal(await chosen(places({ python3: { python: '3.10.0', datajoint: 'unknown' } })), 'python3 (PATH)', 'a working copy has no version');
});
