/**
 * Values in object stores. A fetched row holds a StoredObject in place of such a value, because decoding a row must
 * neither wait nor touch a store: it shows codec, store, path, hash and size, and `read()` gives the value.
 * Stores of the protocol `file` can be read; nothing is ever written.
 */
export { setStores } from './configured';
export { decodeOldStored } from './old';
export { StoredObject } from './storedObject';
