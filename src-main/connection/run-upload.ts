import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { Connection } from './connection.ts';
import type { UploadEnd, UploadRequest } from './link.ts';

/**
 * An upload that takes its connection with it: once a byte is written, the message ends whole or with the connection,
 * since WebSocket has no other way to take it back (safety R27).
 */
export async function runUpload(
  connection: Pick<Connection, 'upload'>,
  request: UploadRequest,
  on: {
    readonly begun: () => void;
    /** The connection must be left. */
    readonly broken: (cause: AppErrorCode) => void;
  },
): Promise<UploadEnd> {
  const { signal } = request;
  let isBegun = false;
  // What hangs in the system's buffer must not keep a person waiting who has cancelled.
  const cancel = (): void => {
    if (isBegun) on.broken('cancelled');
  };
  signal?.addEventListener('abort', cancel);
  const end = await connection.upload({
    ...request,
    onBegun: () => {
      isBegun = true;
      on.begun();
      request.onBegun();
    },
  });
  signal?.removeEventListener('abort', cancel);
  if (isBegun && end !== 'written') on.broken(signal?.aborted === true ? 'cancelled' : 'offline');
  return end;
}
