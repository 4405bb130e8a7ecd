/**
 * What a message says apart from the values in it, so that failures of one kind group together: `RangeError: gain is
 * zero for {"session_idx":3}` and `…{"session_idx":5}` have one signature.
 */
export function failureSignature(message: string): string {
  return message
    .replace(/\{.*\}|\[.*\]/gs, '…')
    .replace(/"[^"]*"|'[^']*'|“[^”]*”/g, '…')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…')
    .replace(/[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, '…')
    .trim();
}
