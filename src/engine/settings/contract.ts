/** Where a pipeline's data live, as found in flags, the environment, `.secrets/`, `datajoint.json`, or nowhere at all. */
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
