import type { Statement } from '../contract';
import { valueBytes } from '../size';

/** The most bytes that the server takes in one statement; shared by the sessions of one database. */
export interface PacketLimit {
  bytes: number;
}

/** ER_NET_PACKET_TOO_LARGE */
const TOO_LARGE = 1153;
/** Of an execution: command, statement, cursor, count of iterations and of parameters. */
const HEAD_BYTES = 24;
/** Of each parameter: type, sign, an empty name. */
const PARAMETER_BYTES = 3;

/** A statement that was not sent, because the server would break the connection off. */
export class PacketTooLarge extends Error {
  readonly errno = TOO_LARGE;

  constructor(
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`A statement of ${bytes} bytes exceeds max_allowed_packet, which is ${limit}.`);
  }
}

/** @throws PacketTooLarge */
export function assertFits({ sql, values }: Statement, limit: PacketLimit): void {
  // An upper bound that costs nothing: a character has three bytes at most.
  const text = sql.length * 3 < limit.bytes ? 0 : Buffer.byteLength(sql);
  const nulls = Math.ceil(values.length / 8);
  const parameters = values.reduce((sum: number, value) => sum + PARAMETER_BYTES + valueBytes(value), nulls);
  // What is prepared is sent in two packets.
  const bytes = HEAD_BYTES + Math.max(text, parameters);
  if (bytes >= limit.bytes) throw new PacketTooLarge(bytes, limit.bytes);
}
