import type { ConnectionSpec } from '../../engine';

export type ServerSpec = Extract<ConnectionSpec, { kind: 'server' }>;

/** A server that a person added: everything but its password. */
export interface StoredServer {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** True: only with TLS. False: without. Null: with it where the server has it. */
  readonly tls: boolean | null;
  /** The server's key that a person has accepted for logins without TLS: `SHA256:…`. */
  readonly serverKey?: string;
}

/** A server as a person describes it, with its password. */
export interface ServerInput extends Omit<StoredServer, 'id'> {
  readonly password: string;
}

/** `user@host:port`. */
export function addressOf({ user, host, port }: Pick<ServerSpec, 'user' | 'host' | 'port'>): string {
  return `${user}@${host}:${port}`;
}

export function specOf({ host, port, user, password, tls, serverKey }: ServerInput): ServerSpec {
  return { kind: 'server', host, port, user, password, tls, ...(serverKey === undefined ? {} : { serverKey }) };
}

/** Reads what an earlier session stored; whatever is not a server is passed over. */
export function readServers(stored: unknown): StoredServer[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((each: unknown): StoredServer[] => {
    if (typeof each !== 'object' || each === null) return [];
    const { id, name, host, port, user, tls, serverKey } = each as Record<string, unknown>;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof host !== 'string' || typeof user !== 'string') return [];
    if (typeof port !== 'number' || !(tls === null || typeof tls === 'boolean')) return [];
    return [{ id, name, host, port, user, tls, ...(typeof serverKey === 'string' ? { serverKey } : {}) }];
  });
}
