// Runs as a process of its own: opens the server of DJW_SPEC, prints the session id that its jobs would carry, and stays.
import { type ConnectionSpec, openDatabase } from '../../../src/engine/database';

async function main(): Promise<void> {
  const database = await openDatabase(JSON.parse(process.env['DJW_SPEC'] ?? '') as ConnectionSpec);
  const id = await database.transaction((open) => Promise.resolve(open.connectionId));
  process.stdout.write(`${id}\n`);
  setInterval(() => undefined, 60_000);
}

void main();
