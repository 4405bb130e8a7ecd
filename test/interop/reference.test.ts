// The versions of datajoint-python that the suites run on.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { probePython } from '../../src/pipeline';
import { both014, both23, datajointOf } from './python';
import requirements from './requirements.json';

const numbers = (version: string): number[] => version.split('.').map(Number);

/** Below zero when `a` is the older one. */
function compare(a: string, b: string): number {
  const [one, other] = [numbers(a), numbers(b)];
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing < 0 ? one.length - other.length : (one[differing] ?? 0) - (other[differing] ?? -1);
}

describe('the reference', () => {
  it('is told apart from older and newer versions', () => {
    assert.deepEqual(['2.3.10', '2.3.2', '2.3.5', '2.3'].sort(compare), ['2.3', '2.3.2', '2.3.5', '2.3.10']);
  });

  for (const [generation, { reference, earlier }] of Object.entries(requirements)) {
    it(`of ${generation} is the newest in the lock of the tests' requirements`, () => {
      const locked = [reference, earlier].map(datajointOf);
      assert.ok(locked.every((version) => version.startsWith(`${generation}.`)), locked.join(' '));
      assert.equal(locked.toSorted(compare).at(-1), datajointOf(reference));
    });
  }

  it('is named nowhere else, so that nothing runs on another', () => {
    const pinned = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|py)$/.test(name))
      .filter((name) => /datajoint==\d/.test(readFileSync(join(__dirname, name), 'utf8')));
    assert.deepEqual(pinned, []);
  });

  for (const python of [...both23, ...both014]) {
    it(`${python.version} is what its interpreter has`, { skip: python.absent }, async () => {
      // Without its settings 0.14 asks for a password where it is imported: then the interpreter does not say.
      assert.equal((await probePython(python.interpreter))?.datajoint ?? python.version, python.version);
    });
  }
});
