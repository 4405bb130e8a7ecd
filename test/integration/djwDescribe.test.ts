// What `djw describe` prints of tables, with a class in the files and without one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { djwDatabases } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

const hostile = 'three """ quotes, a back\\\\slash, \\`ticks\\` and \\${process.exit(9)}';

const pipeline = (schema: string): string => `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('${schema}');
export const other = dj.schema('${schema}_other');
@other export class Subject extends dj.Manual { static definition = \`subject_id : int32\`; }
@schema export class Session extends dj.Manual {
  static definition = \`
    # ${hostile}
    -> Subject.proj(animal='subject_id')
    session : int32
    ---
    note = 'none' : varchar(20)
  \`;
}
@schema export class Rate extends dj.Computed {
  static definition = \`
    -> Session
    ---
    rate : float64   # Hz
  \`;
  static Bin = class Bin extends dj.Part {
    static definition = \`
      -> master
      bin : int32
    \`;
  };
  async make(key: dj.Key) { await this.insert1({ ...key, rate: 1 }); }
}
await Subject.count();
await Session.count();
await Rate.count();
`;

for (const database of djwDatabases()) {
  test(`djw describe tells the definition, the parents and the class of a table (${database.name})`, async (context) => {
    const { env, schema } = await database.place();
    const folder = await temporaryFolder(context, { 'pipeline.ts': pipeline(schema) });
    const djw = async (...args: string[]) => await folder.start(args, env).finished;
    const entered = await djw('run', 'pipeline.ts');
    assert.equal(entered.code, 0, entered.err);

    const session = await djw('describe', 'Session');
    assert.equal(session.code, 0, session.err);
    assert.match(session.out, new RegExp(`^${schema}\\.Session {3}manual {3}0 rows\\nparents: ${schema}_other\\.Subject\\n\\n# three """ quotes`));
    const { definition, parents } = JSON.parse((await djw('describe', 'Session', '--json')).out) as { definition: string; parents: string[] };
    assert.match(definition, new RegExp(`^-> \`${schema}_other\`\\.\`subject\`\\.proj\\(animal='subject_id'\\)$`, 'm'));
    assert.deepEqual(parents, [`${schema}_other.Subject`]);

    // The classes stand for the same tables where the pipeline is not there.
    await folder.write('pipeline.ts', '');
    await folder.write('session.ts', (await djw('describe', 'Session', '--class', 'typescript')).out);
    await folder.write('rate.ts', (await djw('describe', 'Rate.Bin', '--class', 'typescript')).out);
    await folder.write('enter.ts', `import { Session } from './session';\nimport { Rate } from './rate';
console.log(JSON.stringify([await Session.describe(), await Rate.describe(), await Rate.Bin.count()]));\n`);
    const run = await djw('run', 'enter.ts');
    assert.equal(run.code, 0, run.err);
    const [described, rate, bins] = JSON.parse(run.out) as [string, string, number];
    assert.equal(described, definition);
    assert.match(rate, /^-> Session\n---\nrate +: float64 +# Hz\n$/);
    assert.equal(bins, 0);

    const python = await djw('describe', 'Session', '--class', 'python');
    assert.match(python.out, /^ {4}# three \\"\\"\\" quotes, a back\\\\slash, `ticks` and \$\{process\.exit\(9\)\}$/m);
    assert.match(python.out, new RegExp(`^${schema}_other = dj\\.VirtualModule\\("${schema}_other", "${schema}_other"\\)$`, 'm'));

    for (const [args, sentence] of [
      [['describe', 'Sessio'], /has no table Sessio\. Did you mean .*Session/],
      [['describe', 'Session', '--class', 'matlab'], /--class takes python or typescript, not matlab/],
    ] as const) {
      const refused = await djw(...args);
      assert.equal(refused.code, 2);
      assert.match(refused.err, sentence);
    }
  });
}
