import type { Channel, ConnectionSpec } from '../../engine';
import { open } from './open';

/** What a test of a connection found. */
export interface Diagnosis {
  /** How many schemas the account sees. */
  readonly schemas: number;
  readonly milliseconds: number;
  /** What guards the way to it. */
  readonly channel: Channel;
}

/**
 * Logs in as a connection would, looks, and leaves again.
 * @throws DataJointError with a sentence that says what is wrong: unknown host, refused login, no TLS and so on.
 */
export async function diagnose(spec: ConnectionSpec): Promise<Diagnosis> {
  const started = Date.now();
  const { connection, overview } = await open(spec);
  try {
    const schemas = await overview.schemas();
    return { schemas: schemas.length, milliseconds: Date.now() - started, channel: connection.database.channel };
  } finally {
    await connection.close();
  }
}
