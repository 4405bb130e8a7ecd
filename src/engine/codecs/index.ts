import { builtinCodecs } from './builtin';
import { registerCodec } from './registry';

builtinCodecs.forEach(registerCodec);

export { Attachment } from './attachment';
export * from './blob';
export { formatKey, formatValue } from './format';
export { normalizeLiteral } from './literal';
export { matchValue } from './match';
export { Refusal } from './refusal';
export {
  codecNames,
  lookupCodec,
  parseCodecType,
  registerCodec,
  resolveCodec,
  type Codec,
  type CodecChain,
  type CodecContext,
} from './registry';
export { setStores, StoredObject } from './stores';
export { decodeValue, encodeValue } from './values';
