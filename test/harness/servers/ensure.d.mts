export type Product = 'mariadb' | 'mysql';

export interface ReadyServer {
  readonly product: Product;
  readonly programs: { readonly server: string; readonly client: string; readonly installer: string | null };
  /** A data directory to be copied. */
  readonly data: string;
}

export const account: { readonly user: string; readonly password: string };
export function titleOf(name: string): string;
export function ensureServer(name: string): Promise<ReadyServer>;
