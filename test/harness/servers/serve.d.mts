import type { ChildProcess } from 'node:child_process';
import type { Product, ReadyServer } from './ensure.mjs';

export class AddressTaken extends Error {}

export function serve(options: {
  readonly product: Product;
  readonly programs: ReadyServer['programs'];
  readonly folder: string;
  /** Null: no network. */
  readonly port: number | null;
  readonly options?: readonly string[];
}): Promise<ChildProcess>;
