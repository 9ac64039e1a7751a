import type { Result } from '../../src-shared/kernel/result.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { NamedTransfer } from '../../src-shared/ipc/attachment-views.ts';
import type { ConversationView, MessageView, ViewedView } from '../../src-shared/ipc/views.ts';
import type { Tray } from '../attachments/tray.ts';
import type { Contacts } from '../contacts/contacts.ts';
import type { EventOutlet } from '../event-outlet.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { History } from '../messages/history.ts';
import type { Outbox } from '../messages/outbox-types.ts';
import type { ReadMarks } from '../messages/read-marks.ts';
import type { Changes, Saved } from '../store/operations.ts';
import type { Clock, Logger, Random, Store, StoreFailure } from '../ports.ts';
import type { Downloads } from '../transfers/downloads.ts';
import type { HttpGet } from '../transfers/http-get.ts';
import type { TransferBoard } from '../transfers/transfer-board.ts';

/** Everything that lives as long as one account is open in this program. */
export type AccountScope = {
  /** This account's database, for as long as the account is open. */
  readonly store: Store;
  /** The bytes of its files and images. Ended by who opened the account. */
  readonly blobs: BlobStore;
  readonly contacts: Contacts;
  readonly history: History;
  readonly outbox: Outbox;
  readonly readMarks: ReadMarks;
  /** What brings the bytes of files and images here. */
  readonly downloads: Downloads;
  /** Uploads and downloads under way. */
  readonly transfers: TransferBoard;
  /** What a person would miss if the program ended now: every upload, and the downloads that they asked for. */
  readonly underWay: () => readonly NamedTransfer[];
  /** Bytes of the largest file that this server is thought to take. */
  readonly maxFileBytes: () => number;
  /** A page of a conversation, with what came and could not be kept (safety R14). */
  readonly getPage: Store['getPage'];
  /** Files on their way in from the person. */
  readonly tray: Tray;
  readonly conversations: () => Promise<readonly ConversationView[]>;
  /** The conversation on screen, and what it begins with; null: none. */
  readonly viewedPage: () => Promise<ViewedView | null>;
  /** The window shows these now. */
  readonly onShown: (messages: readonly MessageView[]) => void;
  /** Tells the window and the services what the store changed. */
  readonly publish: (changes: Changes) => void;
  /** After each log-in, before messages go out (safety F6): pushes are never assumed complete. */
  readonly catchUp: () => Promise<Result<void>>;
  /** Clears a conversation on the server and hides it here. */
  readonly clear: (peerId: UserId) => Promise<Result<void>>;
  readonly setViewed: (peerId: UserId | null) => void;
  readonly onFocus: () => void;
  /** The window asks again for everything that it shows. @param before whose conversations it shows besides. */
  readonly showAnew: (before: readonly UserId[]) => Promise<void>;
  /** What could not be kept for a while is fetched from the server again. */
  readonly reloadAll: () => void;
  readonly dispose: () => void;
};

export type AccountScopeDeps = {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly httpGet: HttpGet;
  /** The newest of this account, for its own server alone; null while there is none. */
  readonly token: () => string | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly outlet: EventOutlet;
  readonly isFocused: () => boolean;
  readonly onStoreFailed: (code: StoreFailure['code']) => void;
  /** The history was damaged: another file is in its place. */
  readonly onSetAside: (saved: Saved) => void;
};
