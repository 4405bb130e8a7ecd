import { Query, type TableSource } from '../algebra';
import type { Connection, TableName, TableSpec } from '../database';
import { DataJointError } from '../errors';
import { JobQueue } from '../jobs';
import { bindStored, config, type JobLayout, type TableBinding } from '../tables';
import { Computed, Imported } from './autoPopulated';
import { MAKE_ELSEWHERE, type MakeElsewhere } from './makeElsewhere';

/** An Imported or Computed table that another program has declared, and whose make() runs in that program. */
export interface TableElsewhere {
  /** As people know it: `Peaks`. */
  readonly className: string;
  readonly name: TableName;
  readonly tier: 'imported' | 'computed';
  readonly connection: Connection;
  readonly keySource: KeySourceSql;
  /** The queue that the other program would make: workers of its own know no other. */
  readonly newQueue: JobLayout;
  /** Or why there is none. */
  readonly make: MakeElsewhere | DataJointError;
}

/** A key source as the other program states it. */
export interface KeySourceSql {
  /** The SELECT. */
  readonly sql: string;
  /** Its primary key: attributes of the table, which tells their types. */
  readonly key: readonly string[];
  /** What else it gives, to restrict keys by. */
  readonly others: readonly string[];
}

/**
 * A class for such a table: populate, progress and jobs are those of any other, each key in a transaction of the other
 * program, whose last statement is still the fence. Processes are the other program's own, so here they count as keys
 * made at once.
 * @throws DataJointError `unknown_table` when the database has no such table
 */
export async function tableElsewhere(elsewhere: TableElsewhere): Promise<{ readonly table: typeof Computed; readonly binding: TableBinding }> {
  const { className, connection, name } = elsewhere;
  // Either tier: no more than a name is different.
  const base = (elsewhere.tier === 'imported' ? Imported : Computed) as typeof Computed;
  class Elsewhere extends base {
    static readonly [MAKE_ELSEWHERE] = elsewhere.make;

    static override get keySource(): Query<object, object> {
      return keys;
    }

    static override get jobs(): JobQueue {
      return jobs;
    }
  }
  const table = Object.defineProperty(Elsewhere, 'name', { value: className });
  const binding = bindStored(table, name, connection);
  const { spec } = await binding.ready();
  const keys = new Query({ op: 'table', source: keySourceOf(elsewhere, spec) });
  const jobs = JobQueue.of(binding, () => keys, () => config.jobs, { fresh: elsewhere.newQueue });
  return { table, binding };
}

function keySourceOf({ className, connection, name, keySource }: TableElsewhere, target: TableSpec): TableSource {
  const label = `the key source of ${className}`;
  const attributes = keySource.key.map((attribute) => {
    const known = target.attributes.find((candidate) => candidate.name === attribute);
    if (known === undefined) throw new DataJointError('query', `The key source of ${className} has "${attribute}" in its primary key, which ${className} lacks.`);
    return { ...known, inKey: true };
  });
  const spec: TableSpec = { name, comment: '', attributes, foreignKeys: [], indexes: [] };
  // MariaDB 10.11 loses the columns of a grouped SELECT without aggregates when a prepared statement merges it directly.
  const statement = `SELECT * FROM (${keySource.sql}) AS key_source`;
  return { label, name, spec, connection, statement, computed: keySource.others, prepare: () => Promise.resolve(spec) };
}
