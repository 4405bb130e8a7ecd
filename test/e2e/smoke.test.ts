import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { builtVsix, withWorkbench } from '../harness/workbench';

test('the built VSIX puts DataJoint into the activity bar, and the terminal runs a command', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'djw-smoke-'));
  try {
    await writeFile(path.join(folder, 'notes.txt'), 'one\ntwo\n');
    await withWorkbench('smoke', { vsix: await builtVsix(), folder }, async (workbench) => {
      await workbench.openView('DataJoint');
      assert.equal(await workbench.activityIcon('DataJoint').count(), 1);
      await workbench.openTerminal();
      await workbench.typeInTerminal('echo $((6 * 7)) in $(basename "$PWD")');
      await workbench.terminalShows(new RegExp(`^42 in ${path.basename(folder)}$`, 'm'));
      await workbench.screenshot('smoke');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
