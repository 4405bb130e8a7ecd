/** Names and messages of a database that the editor would take for links, icons and directions: text, and nothing else. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { djw, settings, withFolder } from './folders';

const link = '[Repair](command:workbench.action.terminal.new)';

/** The message holds a link, an icon and a direction; its schema is given a link for a name afterwards. */
const pipeline = `
import * as dj from 'datajoint-workbench';
export const schema = dj.schema('lab');

@schema
export class Sample extends dj.Lookup {
  static definition = 'sample : varchar(80)';
  static contents = [{ sample: ${JSON.stringify(link)} }];
}

@schema
export class Result extends dj.Computed {
  static definition = '-> Sample';
  async make(): Promise<void> {
    throw new Error(${JSON.stringify(`${link} $(zap) \u202egpj`)});
  }
}
await Result.populate({ reserveJobs: true, suppressErrors: true });
`;

/** Names a schema as the engine would not: a file of another program may. */
function rename(file: string, from: string, to: string): void {
  const database = new DatabaseSync(file);
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  for (const table of ['#sample', '__result', '~~result']) database.exec(`ALTER TABLE ${quoted(`${from}.${table}`)} RENAME TO ${quoted(`${to}.${table}`)}`);
  database.prepare('UPDATE datajoint_schemas SET name = ?').run(to);
  database.prepare('UPDATE datajoint_attributes SET schema_name = ?').run(to);
  database.prepare('UPDATE datajoint_tables SET schema_name = ?, foreign_keys = replace(foreign_keys, ?, ?)').run(to, `"schema":"${from}"`, `"schema":"${to}"`);
  database.close();
}

test('a link in a name or a message is text wherever it is shown', { timeout: 240_000 }, async () => {
  await withFolder({ 'pipeline.ts': pipeline }, async (folder) => {
    await djw(folder, 'run', 'pipeline.ts');
    rename(path.join(folder, '.datajoint/embedded.db'), 'lab', link);
    await rm(path.join(folder, 'pipeline.ts'));
    await withWorkbench('hostile-text', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
      await workbench.openView('DataJoint');
      const result = workbench.treeItem('Pipelines', 'embedded', /^\[Repair\]/, 'Result');
      await result.shows(/0\/1/);
      await workbench.treeItem('Errors', 'Result', /^Error: /, /^sample /).menu('Go to make()');
      await workbench.notification(/No class Result of schema \[Repair\] \(command:/);
      assert.equal(await workbench.page.locator('.notification-list-item-message a').count(), 0, 'a notification has no link');
      await workbench.screenshot('hostile-1-text');
      assert.equal(await workbench.page.locator('.pane-body .codicon-zap').count(), 0, 'no icon of a message');
    });
  });
});
