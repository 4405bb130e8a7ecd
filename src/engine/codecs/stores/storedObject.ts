import type { Stores } from '../../database';
import { DataJointError, messageOf } from '../../errors';
import { configuredStores } from './configured';
import { readStored } from './fileStore';
import { type Reader, readerOf, type Stored } from './readers';

type Decode = (content: unknown) => unknown;

/**
 * A value that lies in an object store. Fetching a row gives this at once and reads nothing; `read()` gives the value.
 *
 *     const { trace } = await Recording.restrict(key).fetch1();
 *     const samples = await trace.read();
 */
export class StoredObject implements Stored {
  readonly store: string | null;
  readonly path: string | null;
  readonly hash: string | null;
  readonly size: number | null;
  readonly #reader: Reader;
  readonly #decode: Decode;

  constructor(
    /** The codec of the attribute: `blob`, `attach`, `hash`, `object`, `npy`, `filepath`, or one of one's own. */
    readonly codec: string,
    /** What the table holds, as the program that stored the value wrote it. */
    readonly metadata: unknown,
    reader: Reader = readerOf(codec),
    decode: Decode = (content) => content,
  ) {
    const field = (name: string): unknown =>
      typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>)[name] : undefined;
    const text = (name: string): string | null => {
      const value = field(name);
      return typeof value === 'string' && value !== '' ? value : null;
    };
    const size = field('size');
    this.store = text('store');
    this.path = text('path');
    this.hash = text('hash');
    this.size = typeof size === 'number' ? size : null;
    this.#reader = reader;
    this.#decode = decode;
  }

  /** The same object as the value of a codec that is stored through this one's. */
  through(codec: string, decode: Decode): StoredObject {
    return new StoredObject(codec, this.metadata, this.#reader, (content) => decode(this.#decode(content)));
  }

  /**
   * Reads the content and decodes it: the packed value of `<blob@>`, an Attachment, an NdArray of `<npy@>`, else bytes.
   * @throws DataJointError `usage` for a store that the settings lack, `not_allowed` for a protocol other than `file`
   * or a folder, `access` for what cannot be read, `corrupt` for what is gone or changed.
   */
  async read(stores: Stores = configuredStores()): Promise<unknown> {
    const file = await this.localPath(stores);
    const bytes = await readStored(file);
    try {
      return this.#decode(this.#reader.decode(bytes, this, file));
    } catch (error) {
      if (error instanceof DataJointError && error.message.includes(file)) throw error;
      const code = error instanceof DataJointError ? error.code : 'corrupt';
      throw new DataJointError(code, `${file}: ${messageOf(error).replace(/\.$/, '')}.`, { cause: error });
    }
  }

  /**
   * Where the content lies on this machine: a file, or the folder of an `<object@>` that is one.
   * @throws as `read`
   */
  async localPath(stores: Stores = configuredStores()): Promise<string> {
    return await this.#reader.locate(this, stores);
  }

  /** What is stored and where, for people: `<blob@main> _hash/lab/abc… (120 bytes)`. */
  toString(): string {
    const size = this.size === null ? '' : ` (${this.size} bytes)`;
    return `<${this.codec}@${this.store ?? ''}> ${this.path ?? this.hash ?? 'nowhere'}${size}`;
  }

  toJSON(): Record<string, unknown> {
    const { codec, store, path, hash, size } = this;
    return { codec, store, path, hash, size };
  }
}
