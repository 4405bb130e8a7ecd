import type { Key } from '../algebra';
import { encodeValue } from '../codecs';
import type { SqlValue, Transaction } from '../database';
import { config, hasJobMetadata, JOB_METADATA, type TableBinding, VERSION_LENGTH } from '../tables';
import { codeVersion } from './worker';

/** The version of the code by run: it stays the one that was loaded. */
const versions = new WeakMap<object, Promise<string>>();

/**
 * Fills in the hidden attributes of the rows that make() has inserted for its key, where the table has them, in the same
 * transaction. Source: datajoint-python 2.3.2, `AutoPopulate._update_job_metadata`, which does so after the commit, with
 * the time of the client; here as everywhere in the queue it is the database's.
 * @param run whatever stands for the populate run
 * @param seconds since make() began
 */
export async function recordJobMetadata(transaction: Transaction, binding: TableBinding, key: Key, seconds: number, run: object): Promise<void> {
  const { connection, spec } = await binding.ready();
  if (!hasJobMetadata(spec)) return;
  const version = versions.get(run) ?? codeVersion(config.jobs);
  versions.set(run, version);
  const { dialect } = connection;
  const column = (name: string): string => dialect.quoteIdentifier(name);
  const start = dialect.addSeconds(dialect.now(3), '?');
  const values: SqlValue[] = [-seconds, seconds, (await version).slice(0, VERSION_LENGTH)];
  const conditions = spec.attributes.flatMap((attribute) => {
    const value = key[attribute.name];
    if (!attribute.inKey || value === undefined) return [];
    values.push(encodeValue(attribute, value, binding.label));
    return [`${column(attribute.name)} = ?`];
  });
  const { start: began, duration, version: code } = JOB_METADATA;
  await transaction.write({
    sql: `UPDATE ${dialect.tableReference(spec.name)} SET ${column(began)} = ${start}, ${column(duration)} = ?, ${column(code)} = ? WHERE ${conditions.join(' AND ')}`,
    values,
  });
}
