/** Said by our server in its handshake's response: how many bytes of one file it takes. In lower case, as Node has headers. */
export const fileLimitHeader = 'kith-max-file-bytes';

/** Reads {@link fileLimitHeader}; null where it is missing or no plain number of at most 15 digits. */
export function parseFileLimit(value: string | readonly string[] | undefined): number | null {
  return typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null;
}
