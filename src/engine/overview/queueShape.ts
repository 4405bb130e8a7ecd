import type { TableSpec } from '../database';
import { addressOf } from '../tables';

/** What is read of every job of a table's own queue. */
const OWN = ['status', 'priority', 'duration', 'error_message', 'error_stack', 'user', 'host', 'pid', 'connection_id', 'version', 'created_time', 'scheduled_time', 'reserved_time', 'completed_time'];
/** What every generation of the schema-wide queue has. */
const SHARED = ['table_name', 'key_hash', 'status'];
const MOST_NAMED = 3;

/** Why a table that is called like a table's own queue is none, in one sentence; null for a queue. */
export const ownQueueProblem = (spec: TableSpec): string | null => problemOfShape(spec, OWN);

/** Why a table that is called like a schema-wide queue is none, in one sentence; null for a queue. */
export const sharedQueueProblem = (spec: TableSpec): string | null => problemOfShape(spec, SHARED);

function problemOfShape({ name, attributes, damage }: TableSpec, wanted: readonly string[]): string | null {
  if (damage !== undefined) return damage;
  const missing = wanted.filter((each) => !attributes.some((attribute) => attribute.name === each));
  if (missing.length === 0) return null;
  const more = missing.length > MOST_NAMED ? ', …' : '';
  return `${addressOf(name)} is no job queue: it has no attribute ${missing.slice(0, MOST_NAMED).join(', ')}${more}.`;
}

/** The sentence about a queue that cannot be read. */
export const unreadable = (address: string, problem: string): string => `${address} cannot be read: ${problem}`;
