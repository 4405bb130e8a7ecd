// Names, keys, messages and stacks that hold what a terminal acts upon: none of it reaches the output of any command.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { djwDatabases } from './djwDatabases';
import { temporaryFolder } from './djwProcess';

/** A title (OSC), a colour (CSI, also in one character), a device string (C1), a carriage return, and a turned direction. */
const hostile = '\u001b]0;owned\u0007\u001b[31m\u009b5m\u0090q\u009c\rx\u202ey';
const text = JSON.stringify(hostile);

const pipeline = (name: string): string => `import * as dj from 'datajoint-workbench';
export const schema = dj.schema('${name}');
@schema export class Subject extends dj.Manual { static definition = \`subject : varchar(100)\`; }
@schema export class Trace extends dj.Computed {
  static definition = \`-> Subject\`;
  async make(key: dj.Key) {
    const error = new Error(String(key['subject']));
    error.stack = \`Error: \${error.message}\\n    at make (/lab/\${${text}}.ts:3:1)\`;
    throw error;
  }
}
`;

const enter = `import { Subject, Trace } from './pipeline';
await Subject.insert([{ subject: ${text} }, { subject: 'c3' }]);
await Trace.count();
await Trace.populate({ reserveJobs: true, suppressErrors: true });
`;

/** What is written but line feeds that a terminal would act upon. */
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

for (const database of djwDatabases()) {
  test(`no command lets control sequences of a database through (${database.name})`, async (context) => {
    const { env, schema } = await database.place();
    const folder = await temporaryFolder(context, { 'pipeline.ts': pipeline(schema), 'enter.ts': enter });
    const djw = async (...args: string[]) => await folder.start(args, env).finished;
    const inert = ({ out, err }: { out: string; err: string }, what: string): void => {
      for (const written of [out, err]) {
        const found = acting.exec(written);
        assert.equal(found, null, `${what}: ${JSON.stringify(written.slice(Math.max(0, (found?.index ?? 0) - 40), (found?.index ?? 0) + 40))}`);
      }
    };
    inert(await djw('run', 'enter.ts'), 'run');
    const table = `${schema}.Trace`;
    const commands: string[][] = [
      ['list'],
      ['list', '--json'],
      ['errors'],
      ['errors', '--json'],
      ['errors', table],
      ['jobs', table],
      ['jobs', table, '--status', 'error'],
      ['jobs', table, '--status', 'error', '--json'],
      ['progress', table],
      ['populate', table, '--suppress-errors'],
      ['populate', table, '--json', '--suppress-errors'],
      ['populate', table, `subject = ${hostile}`],
      ['refresh', table],
      ['worker', table],
      ['worker', table, '--json'],
      ['kill', `user = ${hostile}`],
      ['errors', hostile],
      [hostile],
    ];
    for (const command of commands) inert(await djw(...command), JSON.stringify(command));

    const listed = JSON.parse((await djw('errors', '--json')).out) as { key: { subject: string } }[];
    assert.ok(listed.some(({ key }) => key.subject === hostile), 'as JSON the key is whole');
    assert.match((await djw('errors')).out, /subject "\\u001b]0;owned.*xy"/, 'the key is still shown');
  });
}
