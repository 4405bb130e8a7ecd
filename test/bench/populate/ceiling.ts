import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import type { Place } from './place';

const SECONDS = 1;

/** How many transactions of one INSERT into a small table the bare driver commits in a second, one after the other. */
export async function insertAndCommit(place: Place): Promise<number> {
  const { spec } = place;
  return spec.kind === 'embedded' ? intoFile(`${spec.file}-ceiling`, spec.durability) : await intoServer(spec);
}

function intoFile(file: string, durability: string): number {
  const database = new DatabaseSync(join(file));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, value REAL)`);
  const insert = database.prepare('INSERT INTO t (value) VALUES (?)');
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < SECONDS * 1000; count += 1) {
    begin.run();
    insert.run(count / 2);
    commit.run();
  }
  const seconds = (performance.now() - began) / 1000;
  database.close();
  return count / seconds;
}

async function intoServer({ host, port, user, password }: Extract<Place['spec'], { kind: 'server' }>): Promise<number> {
  const connection = await createConnection({ host, port, user, password });
  await connection.query('CREATE DATABASE IF NOT EXISTS ceiling');
  await connection.query('CREATE TABLE IF NOT EXISTS ceiling.t (k INT AUTO_INCREMENT PRIMARY KEY, value DOUBLE)');
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < SECONDS * 1000; count += 1) {
    await connection.query('START TRANSACTION');
    await connection.execute('INSERT INTO ceiling.t (value) VALUES (?)', [count / 2]);
    await connection.query('COMMIT');
  }
  const seconds = (performance.now() - began) / 1000;
  await connection.end();
  return count / seconds;
}
