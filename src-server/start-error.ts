export type StartErrorCode =
  | 'port-taken'
  | 'address-unavailable'
  | 'folder-not-writable'
  | 'folder-in-use'
  | 'database-damaged'
  | 'database-too-new';

/** Why the server could not start. `start()` rejects with it; anything else it rejects with is a bug. */
export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, cause?: unknown) {
    super(code, { cause });
    this.name = 'StartError';
    this.code = code;
  }
}

/** Node's name of a system error, such as `EADDRINUSE`, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
