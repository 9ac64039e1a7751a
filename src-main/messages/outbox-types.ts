import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Result } from '../../src-shared/kernel/result.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Closed, Link } from '../connection/link.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Clock, Logger, Random, Store } from '../ports.ts';
import type { Ack, Changes } from '../store/operations.ts';
import type { TransferBoard } from '../transfers/transfer-board.ts';
import type { History } from './history.ts';
import type { Intake } from './outbox-intake.ts';
import type { Traits } from './traits.ts';

export type Outbox = {
  /** Reads the queue from the store: at the start and whenever the store's process was replaced. */
  readonly reload: () => Promise<void>;
  /** Commits a text (safety §4.2 step 1) and sends it as soon as its turn comes. */
  readonly sendText: Intake['sendText'];
  /** Commits a file whose bytes are in the spool, and sends it when its turn comes. The same stagedId again is the same message. */
  readonly sendAttachment: Intake['sendAttachment'];
  readonly retry: (rowId: RowId) => Promise<Result<MessageView>>;
  /**
   * Keeps a file from being sent: it is failed as `cancelled`, and can be sent again. One that is being written takes the
   * connection with it. False: it is no file, or it is too late.
   */
  readonly cancel: (rowId: RowId) => Promise<boolean>;
  /** Lets a file that waits go before the others of its conversation, and before other files. Else does nothing. */
  readonly sendFirst: (rowId: RowId) => Promise<void>;
  readonly onAck: (ack: Ack) => void;
  /** Watches what the store says: a row that turned out to be on the server leaves the queue. */
  readonly observe: (changes: Changes) => void;
  readonly onReady: () => void;
  readonly onClosed: (closed: Pick<Closed, 'code' | 'isServersDoing'>) => Promise<void>;
  readonly dispose: () => void;
};

export type OutboxDeps = {
  readonly self: UserId;
  readonly store: Pick<
    Store,
    | 'enqueueText'
    | 'enqueueAttachment'
    | 'getOutbox'
    | 'markInFlight'
    | 'markSent'
    | 'markInDoubt'
    | 'takeUnsent'
    | 'requeue'
    | 'park'
    | 'retry'
    | 'sendFirst'
  >;
  readonly link: Pick<Link, 'state' | 'send' | 'upload' | 'reset' | 'worstRoundTripMs' | 'heldUpAtMs'>;
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly board: Pick<TransferBoard, 'start' | 'advance' | 'end'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly traits: Traits;
  readonly history: () => Pick<History, 'load' | 'loadAgain' | 'noteConfirmed'>;
  readonly publish: (changes: Changes) => void;
};
