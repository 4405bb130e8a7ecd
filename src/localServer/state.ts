/** How a folder's server is, as everybody who follows it is told. */
export type ServerState =
  /** None has been made in this folder. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'stopped' }
  /** `port` is null until it is chosen. */
  | { readonly kind: 'starting'; readonly port: number | null; readonly step: string }
  | { readonly kind: 'running'; readonly port: number; readonly product: string; readonly pid: number | null }
  | { readonly kind: 'stopping' }
  /** It did not start, or ended without being asked to. */
  | { readonly kind: 'failed'; readonly message: string };

const names: readonly ServerState['kind'][] = ['absent', 'stopped', 'starting', 'running', 'stopping', 'failed'];

/** A state that another process of ours sent; null for anything else. */
export function readState(value: unknown): ServerState | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
  return names.some((name) => name === value.kind) ? (value as ServerState) : null;
}

/** A state that nothing follows but a new start. */
export const isOver = ({ kind }: ServerState): boolean => kind === 'stopped' || kind === 'failed' || kind === 'absent';
