/**
 * Every way in which something a person asked for can fail. Each code is an i18n key `error.<code>`:
 * a code without a text in both languages does not compile.
 */
export const appErrorCodes = [
  // Requests to the server (protocol reading, "No request ids: lanes").
  'offline',
  'timeout',
  'rejected',
  'invalid-reply',
  'cancelled',
  // Reaching a server, one code for each step that can fail.
  'address-invalid',
  'name-not-found',
  'connection-refused',
  'connection-silent',
  'network-unreachable',
  'tls-untrusted',
  'tls-failed',
  'not-websocket',
  'not-kith',
  'server-busy',
  // This computer.
  'store-unavailable',
  'disk-full',
  'keychain-locked',
  'hosting-failed',
  'link-not-allowed',
  'not-signed-in',
  'not-found',
  'invalid-request',
  'too-long',
  // Files and images.
  'file-gone',
  'file-damaged',
  'file-too-large',
  'file-not-openable',
  'not-a-file',
  'folder-not-writable',
  'unexpected',
] as const;

export type AppErrorCode = (typeof appErrorCodes)[number];

/** A failure as it crosses IPC. `serverText` is the server's own words: shown as such, trimmed, never parsed. */
export type AppError = { readonly code: AppErrorCode; readonly serverText?: string };

/** Builds an {@link AppError}. */
export function appError(code: AppErrorCode, serverText?: string): AppError {
  return serverText === undefined ? { code } : { code, serverText };
}
