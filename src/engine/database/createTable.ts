import type { Connection } from './connection';
import type { HiddenForm, TableSpec } from './model';
import { retryTransient } from './retry';

/**
 * Creates a table with what the database records of it (lineage), where it does not exist yet. Workers that begin together
 * declare the same tables at the same moment; a server ends one of them with a deadlock then, which is tried again, since
 * each statement does nothing where its work is already done.
 * @param form how the hidden attributes of the schema are written; the newest form by default
 * @throws DataJointError `busy` when other sessions are in the way eight times, `not_allowed` inside a transaction
 */
export async function createTable(connection: Connection, spec: TableSpec, form?: HiddenForm): Promise<void> {
  await retryTransient(connection, () =>
    connection.transaction(async (transaction) => {
      for (const statement of connection.dialect.createTable(spec, form)) await transaction.run(statement);
    }),
  );
}
