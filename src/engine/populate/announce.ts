import type { Connection } from '../database';

const running = new WeakMap<Connection, string[]>();

/**
 * Says in the list of sessions what this one is populating, for as long as `work` takes. Only for people to read, so
 * a list that cannot be written just now stops nothing.
 */
export async function announced<T>(connection: Connection, what: string, work: () => Promise<T>): Promise<T> {
  const all = running.get(connection) ?? [];
  running.set(connection, all);
  const say = async () => await connection.sessions.describe?.(all.length === 0 ? null : all.join(', ')).catch(() => undefined);
  all.push(what);
  await say();
  try {
    return await work();
  } finally {
    all.splice(all.indexOf(what), 1);
    await say();
  }
}
