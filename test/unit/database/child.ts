/** A second process for the tests: `child.ts <what> <file> [argument]`. It reports by messages. */
import { openDatabase, type Database } from '../../../src/engine/database';
import { DuplicateError } from '../../../src/engine/errors';
import { attribute, declare, insertItem, int32, key, table } from './builders';

const report = (message: unknown): Promise<void> => new Promise((resolve) => process.send?.(message, () => resolve()));

/** Says that it is ready and waits for the word to start, so that several start at once. */
async function starter(): Promise<void> {
  await report('ready');
  await new Promise((resolve) => process.once('message', resolve));
}

/** Stays connected until it is killed; `stubborn` ignores SIGTERM, `idle` has nothing to say about what it does. */
async function stay(database: Database, manner: string): Promise<void> {
  if (manner === 'stubborn') process.on('SIGTERM', () => undefined);
  if (manner !== 'idle') await database.sessions.describe?.('populating lab.item');
  const own = (await database.sessions.list()).filter((session) => session.own);
  await report(own[0]?.id);
  setInterval(() => undefined, 1000);
}

/** Holds the write lock until a message comes. */
async function lock(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.run(insertItem(-1));
    await report('locked');
    await new Promise((resolve) => process.once('message', resolve));
  });
  await report('freed');
  await database.close();
  process.disconnect();
}

/** Tries to insert ids 0 to `count`, each in its own transaction, and reports how many were not there yet. */
async function insert(database: Database, count: number): Promise<void> {
  await starter();
  let inserted = 0;
  for (let id = 0; id < count; id++) {
    try {
      await database.transaction((transaction) => transaction.run(insertItem(id, `by ${process.pid}`)));
      inserted++;
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error;
    }
  }
  await database.close();
  await report(inserted);
  process.disconnect();
}

/** Declares a chain of tables, as every process of a pipeline does when it starts. */
async function declareChain(database: Database, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const parent = { schema: 'lab', table: `t${number - 1}` };
    const foreignKeys = number === 0 ? [] : [{ parent, columns: [{ child: 'id', parent: 'id' }] }];
    const indexes = [{ unique: true, attributes: ['code'] }];
    await declare(database, table(`t${number}`, [key('id'), attribute('code', int32)], { foreignKeys, indexes }));
  }
  await database.close();
  await report('declared');
  process.disconnect();
}

async function main(): Promise<void> {
  const [what = '', file = '', argument = ''] = process.argv.slice(2);
  if (what === 'declare') await starter();
  const database = await openDatabase({ kind: 'embedded', file, durability: 'full' }, { program: `child ${what}` });
  if (what === 'stay') await stay(database, argument);
  else if (what === 'lock') await lock(database);
  else if (what === 'insert') await insert(database, Number(argument));
  else await declareChain(database, Number(argument));
}

void main();
