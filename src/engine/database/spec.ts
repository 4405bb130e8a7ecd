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
      readonly tls: boolean | null;
    };

export interface OpenOptions {
  /** The name of this program, shown to others who list sessions: `djw populate`. */
  readonly program?: string;
  /** Run the database in a worker thread, so that not even a slow query blocks this thread. */
  readonly thread?: boolean;
  /** Only browse: nothing is created, no session is registered, writes are refused. */
  readonly readOnly?: boolean;
}
