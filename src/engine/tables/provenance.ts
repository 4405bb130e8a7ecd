import type { Connection, TableSpec } from '../database';
import { config } from './config';
import { PROVENANCE } from './hiddenAttributes';
import { makeContext } from './makeContext';

/**
 * What the hidden `_prov` of rows inserted now records, as JSON: when and by which account, the setting
 * `provenance.source`, and inside make() the table and key that are made. Null where the table has no such attribute or
 * `provenance.capture` is off. Source: datajoint-python 2.3.5, `provenance.build_payload`, which adds the server's name
 * and the version of the code.
 */
export function provenanceNow(connection: Connection, spec: TableSpec): string | null {
  const { capture, source } = config.provenance;
  if (!capture || !spec.attributes.some(({ name }) => name === PROVENANCE)) return null;
  const making = makeContext.getStore();
  const context = making === undefined ? {} : { context: { table: connection.dialect.tableReference(making.target.name), key: making.key } };
  const record = {
    time: new Date().toISOString().replace('Z', '+00:00'),
    agent: { user: connection.user },
    ...(Object.keys(source).length === 0 ? {} : { source }),
    ...context,
  };
  return JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? exactNumber(value) : value));
}

/** As text where a number of JavaScript is another one. */
function exactNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
