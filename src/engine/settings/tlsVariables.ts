import type { TlsFiles } from '../database';

/** The variables that name certificates to another program of ours; an empty one counts as absent. */
export function certificateVariables({ ca = '', cert = '', key = '', checkHostname }: TlsFiles): Record<string, string> {
  return {
    DJW_TLS_CA: ca,
    DJW_TLS_CERT: cert,
    DJW_TLS_KEY: key,
    DJW_TLS_CHECK_HOSTNAME: checkHostname === undefined ? '' : String(checkHostname),
  };
}
