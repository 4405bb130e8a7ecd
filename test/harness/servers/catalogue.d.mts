import type { Product } from './ensure.mjs';

export interface ServerKind {
  readonly name: string;
  readonly product: Product;
  readonly title: string;
}

export const servers: readonly ServerKind[];
export const usualServers: readonly string[];
export function serverNamed(name: string): ServerKind;
