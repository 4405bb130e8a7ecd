import assert from 'node:assert/strict';
import { test } from 'node:test';
import { djwDatabases } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

/** What the make of each key leaves behind, or does to its process. */
const deeds = [
  ['void (async () => { await null; throw new RangeError("left alone"); })(); await rest(50);', /^DataJointError: Stray\.make\(\) did not await a promise that failed: RangeError: left alone\.$/],
  ['setTimeout(() => { throw new TypeError("from a timer"); }, 5); await rest(50);', /^DataJointError: Stray\.make\(\) threw in a callback: TypeError: from a timer\.$/],
  ['void Promise.reject(new Error("at once"));', /did not await a promise that failed: Error: at once\.$/],
  ['setTimeout(() => process.exit(4), 5); await rest(50);', /called process\.exit\(4\), which would end its worker/],
  ['void this.insert1(key); return;', /returned before its insert had ended: write await before every insert\.$/],
  // Long after their jobs have ended; the last key keeps the workers until then.
  ['setTimeout(() => { writeFileSync("late-5", ""); throw new Error("too late"); }, 2000);', null],
  ['setTimeout(() => { writeFileSync("late-6", ""); void this.insert1(key); }, 2000); return;', null],
  ['while (!existsSync("late-5") || !existsSync("late-6")) await rest(10); await rest(500);', null],
] as const;

const pipeline = (schema: string): string => `import * as dj from 'datajoint-workbench';
import { existsSync, writeFileSync } from 'node:fs';
const schema = dj.schema('${schema}');
const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
@schema
export class Item extends dj.Lookup {
  static definition = \`item : int32\`;
  static contents = Array.from({ length: ${deeds.length} }, (_, item) => [item]);
}
@schema
export class Stray extends dj.Computed {
  static definition = \`-> Item\`;
  async make(key: dj.Key): Promise<void> {
    ${deeds.map(([deed], item) => `if (key['item'] === ${item}) { ${deed} }`).join('\n    ')}
    await this.insert1(key);
  }
}
`;

for (const database of djwDatabases()) {
  for (const processes of [[], ['--processes', '2']]) {
    const where = `${processes.length === 0 ? '' : 'in processes, '}on ${database.name}`;
    test(`what a make leaves behind is its own job's error while that runs, and a warning afterwards (${where})`, async (context) => {
      const { env, schema } = await database.place();
      const folder = await temporaryFolder(context, { 'p.ts': pipeline(schema) });
      const { code, out, err } = await folder.start(['populate', 'Stray', '--reserve-jobs', '--suppress-errors', '--json', ...processes], env).finished;
      assert.equal(code, 1, err);
      const result = JSON.parse(out) as { success_count: number; error_list: [{ item: number }, string][] };
      const errors = new Map(result.error_list.map(([{ item }, message]) => [item, message]));
      for (const [item, [, message]] of deeds.entries()) {
        if (message === null) assert.equal(errors.get(item), undefined);
        else assert.match(errors.get(item) ?? '', message);
      }
      assert.equal(result.success_count, 2);
      assert.match(err, /DataJointWarning: Stray\.make\(\) threw in a callback: Error: too late \(after the job of item 5 had ended\)\./);
      assert.match(err, /DataJointWarning: Stray\.make\(\) did not await .*The transaction has ended.*\(after the job of item 6 had ended\)\./);
      const stored = JSON.parse((await folder.start(['errors', `${schema}.Stray`, '--json'], env).finished).out) as { key: { item: number }; message: string }[];
      assert.deepEqual(new Map(stored.map(({ key, message }) => [key.item, message])), errors);
    });
  }
}
