import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';

const causes: Readonly<Record<string, AppErrorCode>> = {
  ENOTFOUND: 'name-not-found',
  ECONNREFUSED: 'connection-refused',
  // Accepted and hung up at once: nobody is at home behind the port.
  ECONNRESET: 'connection-refused',
  EPIPE: 'connection-refused',
  ETIMEDOUT: 'connection-silent',
  // The resolver itself could not be reached.
  EAI_AGAIN: 'network-unreachable',
  ENETUNREACH: 'network-unreachable',
  EHOSTUNREACH: 'network-unreachable',
  ENETDOWN: 'network-unreachable',
  EHOSTDOWN: 'network-unreachable',
  EADDRNOTAVAIL: 'network-unreachable',
  EACCES: 'network-unreachable',
  EPERM: 'network-unreachable',
  EPROTO: 'tls-failed',
  // The certificate was read and not believed: OpenSSL's verdicts as Node names them.
  HOSTNAME_MISMATCH: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  INVALID_PURPOSE: 'tls-untrusted',
  PATH_LENGTH_EXCEEDED: 'tls-untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-untrusted',
};
const certificateVerdict = /CERT|_CRL|ISSUER|LEAF_SIGNATURE/;
const tlsFailure = /^ERR_(?:SSL|TLS)_/;
const httpParserFailure = /^HPE_/;

/** Why a socket failed before it was open, by the error Node or `ws` raised. */
export function causeOfError(error: Error): AppErrorCode {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = causes[code];
  // Node gives this one the code of a reset.
  if (error.message.includes('before secure TLS connection')) return 'tls-failed';
  if (known !== undefined) return known;
  if (tlsFailure.test(code)) return 'tls-failed';
  if (certificateVerdict.test(code)) return 'tls-untrusted';
  if (httpParserFailure.test(code)) return 'not-websocket';
  // `ws` words its own: a timeout, a handshake that reconnecting-websocket gave up, and answers that are no upgrade.
  if (/timed out|before the connection was established/.test(error.message)) return 'connection-silent';
  return code === '' ? 'not-websocket' : 'offline';
}

/** Why a server that answered the upgrade with an HTTP status other than 101 cannot be used. */
export function causeOfStatus(status: number): AppErrorCode {
  // 502 and 504 are a proxy whose server is away.
  return [429, 502, 503, 504].includes(status) ? 'server-busy' : 'not-websocket';
}

/** Whether the way to the server is what failed, and not the server. */
export const isLineFailure = (cause: AppErrorCode): boolean =>
  cause === 'connection-silent' || cause === 'network-unreachable';

/** Why an open connection ended, by its close code (safety A34). */
export function causeOfClose(code: number): AppErrorCode {
  return code === 1012 || code === 1013 ? 'server-busy' : 'offline';
}
