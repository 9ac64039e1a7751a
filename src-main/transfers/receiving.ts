import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Clock, Logger, Random, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { createFetchFile } from './fetch-file.ts';
import type { HttpGet } from './http-get.ts';
import { createMediaCleanup } from './media-cleanup.ts';
import { createTakeBytes } from './take-bytes.ts';
import type { TransferBoard } from './transfer-board.ts';

/** Everything that brings the bytes of messages here and, where they are too many, takes them away again. */
export function createReceiving(deps: {
  readonly serverUrl: ServerUrl;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly link: Pick<Link, 'state' | 'onState'>;
  readonly get: HttpGet;
  /** The newest of the account; null while there is none. */
  readonly token: () => string | null;
  readonly board: TransferBoard;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
}): Downloads {
  const fetchFile = createFetchFile(deps);
  const isConnected = (): boolean => deps.link.state().phase === 'ready';
  const downloads = createDownloads({ ...deps, take: createTakeBytes({ ...deps, fetchFile, isConnected }) });
  const cleanup = createMediaCleanup(deps);
  return {
    ...downloads,
    dispose: () => {
      cleanup.dispose();
      downloads.dispose();
    },
  };
}
