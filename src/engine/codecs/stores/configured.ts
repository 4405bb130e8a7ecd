import type { StoreSpec, Stores } from '../../database';
import { DataJointError } from '../../errors';

const none: Stores = { default: null, named: new Map() };
let read: () => Stores = () => none;

/**
 * Says where this process finds the settings of its object stores. Codecs stand below the settings and cannot ask
 * themselves.
 */
export function setStores(source: () => Stores): void {
  read = source;
}

/** The stores of this process; none until `setStores` was called. */
export function configuredStores(): Stores {
  return read();
}

/**
 * The settings of a store; null asks for the default one.
 * @throws DataJointError `usage` for a store that the settings do not have.
 */
export function storeNamed(name: string | null, stores: Stores): StoreSpec {
  const wanted = name ?? stores.default;
  if (wanted === null) {
    throw new DataJointError(
      'usage',
      'No default object store is set: add stores.default to datajoint.json, or set DJ_STORES.',
    );
  }
  const store = stores.named.get(wanted);
  if (store !== undefined) return store;
  throw new DataJointError(
    'usage',
    `The object store "${wanted}" is not in the settings: add stores.${wanted} to datajoint.json, or set DJ_STORES.`,
  );
}
