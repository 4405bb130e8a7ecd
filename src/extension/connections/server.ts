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
  /** What the server's certificate is checked with; absent: nothing checks it. */
  readonly certificate?: CertificateCheck;
}

/** How the certificate of a server is checked. */
export interface CertificateCheck {
  /** The absolute path of the authority's certificate (PEM). */
  readonly authority: string;
  /** Whether it must be for the name of the host. */
  readonly checkHost: boolean;
}

/** A server as a person describes it, with its password. */
export interface ServerInput extends Omit<StoredServer, 'id'> {
  readonly password: string;
}

/** `user@host:port`. */
export function addressOf({ user, host, port }: Pick<ServerSpec, 'user' | 'host' | 'port'>): string {
  return `${user}@${host}:${port}`;
}

/** True for the addresses by which a machine reaches itself: what is sent there passes no network. */
export const isThisMachine = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);

export function specOf({ host, port, user, password, tls, serverKey, certificate }: ServerInput): ServerSpec {
  return {
    kind: 'server',
    host,
    port,
    user,
    password,
    tls,
    ...(serverKey === undefined ? {} : { serverKey }),
    ...(certificate === undefined ? {} : { tlsFiles: { ca: certificate.authority, checkHostname: certificate.checkHost } }),
  };
}

/** Reads what an earlier session stored; whatever is not a server is passed over. */
export function readServers(stored: unknown): StoredServer[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((each: unknown): StoredServer[] => {
    if (typeof each !== 'object' || each === null) return [];
    const { id, name, host, port, user, tls, serverKey, certificate } = each as Record<string, unknown>;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof host !== 'string' || typeof user !== 'string') return [];
    if (typeof port !== 'number' || !(tls === null || typeof tls === 'boolean')) return [];
    const check = readCheck(certificate);
    // Without what it is checked with it would pass unchecked.
    if (certificate !== undefined && check === null) return [];
    return [{ id, name, host, port, user, tls, ...(typeof serverKey === 'string' ? { serverKey } : {}), ...(check === null ? {} : { certificate: check }) }];
  });
}

function readCheck(stored: unknown): CertificateCheck | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { authority, checkHost } = stored as Record<string, unknown>;
  return typeof authority === 'string' && typeof checkHost === 'boolean' ? { authority, checkHost } : null;
}
