/** The codecs that datajoint-python 2.3 ships: blob and attach in the table; object-store ones to read. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { DataJointError, messageOf } from '../errors';
import { Attachment } from './attachment';
import { pack, unpack } from './blob';
import { Refusal } from './refusal';
import type { Codec, CodecContext } from './registry';
import { StoredObject } from './stores';

const blobCodec: Codec = {
  name: 'blob',
  storedAs: (store) => (store === null ? 'bytes' : '<hash>'),
  encode(value, context) {
    refuseStore(context);
    return pack(value);
  },
  decode: (stored) => (stored instanceof Uint8Array ? unpack(stored) : stored),
};

const attachCodec: Codec = {
  name: 'attach',
  storedAs: (store) => (store === null ? 'bytes' : '<hash>'),
  encode(value, context) {
    refuseStore(context);
    return packAttachment(typeof value === 'string' ? readAttachment(value) : value);
  },
  decode: (stored) => (stored instanceof Uint8Array ? unpackAttachment(stored) : stored),
};

/** As datajoint-python's `AttachCodec`: the name, a zero byte, the content. */
function packAttachment(value: unknown): Uint8Array {
  if (!(value instanceof Attachment)) throw new Refusal('is neither the path of a file nor an Attachment');
  const name = basename(value.name);
  if (name === '' || name.includes('\0')) throw new Refusal('has no usable file name');
  return new Uint8Array(Buffer.concat([Buffer.from(`${name}\0`, 'utf8'), value.content]));
}

function readAttachment(path: string): Attachment {
  try {
    return new Attachment(basename(path), readFileSync(path));
  } catch (error) {
    throw new Refusal(`is not a file that can be attached (${messageOf(error)})`);
  }
}

function unpackAttachment(stored: Uint8Array): Attachment {
  const end = stored.indexOf(0);
  if (end < 0) throw new DataJointError('corrupt', 'the stored attachment has no file name');
  // A name from a database must never lead out of the folder into which it is saved.
  const name = basename(Buffer.from(stored.subarray(0, end)).toString('utf8').replaceAll('\\', '/'));
  return new Attachment(name, stored.slice(end + 1));
}

/** Checked before the value itself: whatever it is, it cannot go there. */
function refuseStore({ store }: CodecContext): void {
  if (store !== null)
    throw new Refusal(
      'belongs into an object store, which only datajoint-python can write; use <blob> or <attach> without @',
    );
}

/** A codec whose values lie in an object store. They can be declared and read here, not written. */
function storeCodec(name: string): Codec {
  return {
    name,
    storedAs(store) {
      if (store !== null) return 'json';
      throw new DataJointError(
        'definition',
        `<${name}> keeps its values in an object store; write <${name}@> or <${name}@store>`,
      );
    },
    encode(_, context) {
      refuseStore(context);
    },
    decode: (stored) => new StoredObject(name, stored),
  };
}

const storeCodecs = ['hash', 'object', 'npy', 'filepath'].map(storeCodec);

export const builtinCodecs: readonly Codec[] = [blobCodec, attachCodec, ...storeCodecs];
