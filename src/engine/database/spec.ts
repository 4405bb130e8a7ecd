/** Where a pipeline's data live: everything that is needed to open a database, and nothing about how it was found. */
export type ConnectionSpec =
  | {
      readonly kind: 'embedded';
      /** Absolute path of the database file. It need not exist yet. */
      readonly file: string;
      /** `full`: a commit survives power loss. `normal`: it survives a crash of the program. */
      readonly durability: 'full' | 'normal';
    }
  | {
      readonly kind: 'server';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      /** True: only with TLS. False: without. Null: with it where the server has it. */
      readonly tls: boolean | null;
      /** Absent: whatever certificate the server shows is accepted. */
      readonly tlsFiles?: TlsFiles;
      /**
       * The key (`SHA256:…`) that the password may be encrypted with where there is no TLS. Absent: with none, and logins
       * that would need one are refused.
       */
      readonly serverKey?: string;
    };

/** Certificates for TLS, as absolute paths of PEM files. */
export interface TlsFiles {
  /** The authority that must have signed the server's certificate. */
  readonly ca?: string;
  /** What this side shows, with its private key. */
  readonly cert?: string;
  readonly key?: string;
  /** Whether the certificate must be for the host's name; absent: it must when `ca` is given. */
  readonly checkHostname?: boolean;
}

/** An object store, where codecs with `@` keep what is too large for a table. */
export interface StoreSpec {
  readonly name: string;
  /** `file`, `s3`, `gcs`, `azure`, or that of a plug-in; null when the settings do not say. */
  readonly protocol: string | null;
  /** An absolute path for `file`, else a prefix within the bucket; null when the settings do not say. */
  readonly location: string | null;
  /** The bucket or container; null for `file`. */
  readonly bucket: string | null;
  /** Lengths of the folder names that the beginning of a hash is cut into; null when the settings do not say. */
  readonly subfolding: readonly number[] | null;
}

/** The object stores that the settings know. */
export interface Stores {
  /** The store of `<codec@>`. */
  readonly default: string | null;
  readonly named: ReadonlyMap<string, StoreSpec>;
}

export interface OpenOptions {
  /** The name of this program, shown to others who list sessions: `djw populate`. */
  readonly program?: string;
  /** Run the database in a worker thread, so that not even a slow query blocks this thread. */
  readonly thread?: boolean;
  /** Only browse: nothing is created, no session is registered, writes are refused. */
  readonly readOnly?: boolean;
}
