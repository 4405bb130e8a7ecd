import { builtinCodecs } from './builtin';
import { registerCodec } from './registry';

builtinCodecs.forEach(registerCodec);

export * from './blob';
export { Attachment, StoredObject } from './builtin';
export { formatKey, formatValue } from './format';
export { normalizeLiteral } from './literal';
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
export { decodeValue, encodeValue } from './values';
