import type { BlobId, CommandId, MessageId, RowId, StagedId, UserId } from '../../src-shared/kernel/ids.ts';
import type { FailureReason, MessageKind } from '../../src-shared/domain/message.ts';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import type { ConversationView, Draft, MessageView } from '../../src-shared/ipc/views.ts';
import type { ReplyOf, ParsedRequestOf } from '../../src-shared/ipc/contract.ts';
import type { ThumbFacts } from './attachments.ts';
import type { ServerTraits } from './traits.ts';
import type { Unsent } from './unsent.ts';
import type { FrameReject, WireContact, WireMessage } from '../../src-shared/protocol/frames.ts';
import type { Result } from '../../src-shared/kernel/result.ts';
import type { HeldId, InboundFrame } from '../connection/inbound-frame.ts';

/**
 * Everything the store can be asked. One database for each (server, user). Each operation is one transaction,
 * and idempotent: after the store's process died, the same call again does no harm.
 * What changed comes back as {@link Changes}, ready to be told to the window.
 */
export type StoreOperations = {
  /** Opens or makes the database. A damaged or foreign file is set aside (kept) and a new one made; the report says so. */
  readonly open: (input: OpenInput) => OpenReport;
  readonly close: (input: Empty) => void;
  /**
   * Reads a frame from the server that is too large to be read in main. A history stays here: it is held until it is
   * merged or released, at most two at a time.
   */
  readonly decodeFrame: (input: { bytes: Uint8Array }) => Result<InboundFrame, FrameReject>;
  readonly releaseFrame: (input: { held: HeldId }) => void;
  /** All people known and all conversations that have something to show. */
  readonly getOverview: (input: Empty) => Overview;
  /** Whose conversation is on screen, for the next start. May be lost with the power. */
  readonly noteViewed: (input: { peerId: UserId | null }) => void;

  /** A CONTACTS_LOADED snapshot: contacts are exactly these now, except `untouched` (changes still under way, safety A19). */
  readonly replaceContacts: (input: {
    contacts: readonly WireContact[];
    untouched: readonly UserId[];
    nowMs: number;
  }) => Changes;
  readonly upsertContact: (input: { contact: WireContact; nowMs: number }) => Changes;
  /** No contact any more. The name and the history stay (safety A18). */
  readonly removeContact: (input: { userId: UserId }) => Changes;
  /** Blocking is local: what a blocked person writes is kept, out of sight and not counted as unread. */
  readonly setBlocked: (input: { userId: UserId; isBlocked: boolean }) => Changes;

  readonly getPage: (input: ParsedRequestOf<'messages:getPage'>) => ReplyOf<'messages:getPage'>;
  /** See `search/search.ts`: every message with the query in it, indexed or not. */
  readonly search: (input: ParsedRequestOf<'search:find'>) => ReplyOf<'search:find'>;
  readonly getMessage: (input: { rowId: RowId }) => MessageView | null;
  readonly saveDraft: (input: { peerId: UserId; draft: Draft | null; nowMs: number }) => Changes;

  /**
   * Safety §4.2 step 1: message row, outbox row and the emptied draft in one transaction. The first of
   * `messageIds` that is unused is taken. The same commandId again returns the same message.
   */
  readonly enqueueText: (input: {
    commandId: CommandId;
    peerId: UserId;
    messageIds: readonly MessageId[];
    text: string;
    /** Commit it as in flight at once: main writes it to the socket right after (saves the second commit). */
    isSentAtOnce: boolean;
    nowMs: number;
  }) => Enqueued;
  /** A staged file becomes a message, in one transaction. The stagedId is the command: again, it is the same message. */
  readonly enqueueAttachment: (
    input: BlobFacts & {
      stagedId: StagedId;
      peerId: UserId;
      messageIds: readonly MessageId[];
      kind: AttachmentKind;
      name: string;
      nowMs: number;
    },
  ) => Enqueued;
  /** Everything that is still to be sent by itself, in the order of writing; what is parked is not. */
  readonly getOutbox: (input: Empty) => readonly OutboxItem[];
  /** Safety §4.2 step 2: committed before the frame is written, else a crash would not know. */
  readonly markInFlight: (input: { rowIds: readonly RowId[] }) => Changes;
  /**
   * MESSAGE_RECEIVED_SELF, several at once. `unmatched` lists ids that name no row of mine (safety R7–R9).
   * Need not reach the disk before it returns: an ack lost with the power leaves a row in doubt, never a lie.
   */
  readonly markSent: (input: { acks: readonly Ack[] }) => {
    readonly changes: Changes;
    readonly unmatched: readonly MessageId[];
  };
  /** Everything in flight is in doubt now: the link was lost or the program started anew (safety §4.2 step 3). */
  readonly markInDoubt: (input: Empty) => Changes;
  /** Proven absent: queued again under the same id (safety §4.2 step 6). */
  readonly requeue: (input: { rowIds: readonly RowId[] }) => Changes;
  /** Kept, shown as failed, until the person retries or deletes it. */
  readonly park: (input: { rowId: RowId; reason: FailureReason }) => Changes;
  readonly retry: (input: { rowId: RowId }) => { readonly message: MessageView | null; readonly changes: Changes };
  /** A file that waits, before the others of its conversation. `order`: what waits there then; empty: as before. */
  readonly sendFirst: (input: { rowId: RowId }) => { readonly order: readonly RowId[]; readonly changes: Changes };
  /** Gone from the window; kept for 30 days at least. Leaves the outbox with it. */
  readonly deleteMessage: (input: { rowId: RowId; nowMs: number }) => Changes;

  /** Pushed messages: upserts keyed by (sender, receiver, id), status only ever forward, other content is another row (safety R11). */
  readonly applyPushed: (input: { messages: readonly WireMessage[]; nowMs: number }) => Changes;
  /**
   * The one operation that others may come between: a long history is laid down in many transactions, from the newest
   * to the oldest, each of which leaves the conversation in order. A cut-off merge is completed by the next one.
   * A MESSAGES_LOADED for this conversation (rows of others are filed under the pair they name). Merges, never
   * deletes by absence. Binds outbox rows in doubt by exact id and, only where `mayMatchContent`, by content
   * (safety §4.2 step 5). Order: the server's own, reversed where its timestamps run backwards.
   */
  readonly mergeHistory: (input: {
    peerId: UserId;
    messages: readonly WireMessage[] | HeldId;
    mayMatchContent: boolean;
    /** Ids of mine that the server confirmed after it was asked: the answer may not know of them yet. */
    confirmedSince: readonly MessageId[];
    nowMs: number;
  }) => MergeReport;
  /** The largest position given out in a conversation so far, 0 where nothing was. */
  readonly getLastPosition: (input: { peerId: UserId }) => number;
  /**
   * `by` me: hides everything up to `upToPosition`, or up to now without one, but what waits to be sent (safety A8).
   * By the other side: a note only.
   */
  readonly applyCleared: (input: {
    peerId: UserId;
    by: 'me' | 'peer';
    upToPosition?: number | undefined;
    nowMs: number;
  }) => Changes;
  /** What was deleted or cleared here and can still be brought back. */
  readonly listRemoved: (
    input: ParsedRequestOf<'messages:listRemoved'> & { nowMs: number },
  ) => ReplyOf<'messages:listRemoved'>;
  /**
   * Shows removed messages again, at their place and read. `rowIds` null means all of this conversation. Those of
   * mine that the server never confirmed come back as failed: nothing is sent by itself.
   */
  readonly bringBack: (input: { peerId: UserId; rowIds: readonly RowId[] | null; nowMs: number }) => Changes;
  /** Empties the texts of what was removed more than 30 days ago, and was so a week ago already. */
  readonly forgetRemoved: (input: { nowMs: number }) => void;

  /** Marks these of theirs read and notes that the server is to be told. */
  readonly markRead: (input: { peerId: UserId; rowIds: readonly RowId[] }) => Changes;
  /** Read here, not yet confirmed by a load: to be told (again) after each login (safety A22). */
  readonly getUnconfirmedReads: (input: Empty) => readonly MessageId[];

  /** Appended to the tray in this order; a stagedId that is there is replaced in its place, one that was sent stays gone. */
  readonly putStaged: (input: { peerId: UserId; rows: readonly StagedRow[]; nowMs: number }) => Changes;
  readonly listStaged: (input: { peerId: UserId; only?: StagedId }) => readonly StagedRow[];
  readonly removeStaged: (input: { peerId: UserId; stagedIds: readonly StagedId[] }) => Changes;
  /** Those named come first, in this order. */
  readonly arrangeStaged: (input: { peerId: UserId; stagedIds: readonly StagedId[] }) => void;
  /** Null for a text, and for a row that is not there or removed. */
  readonly getAttachment: (input: { rowId: RowId }) => AttachmentSource | null;
  /** Bytes from `offset` on of a file that lies inside its message. `invalid`: it is not the base64 it seemed. */
  readonly readInline: (input: { rowId: RowId; offset: number; maxBytes: number }) => InlinePiece | 'invalid';
  /** The bytes are here now. A large content with the bytes in it leaves the database. */
  readonly setBlob: (input: BlobFacts & { rowId: RowId }) => Changes;
  /** For every message with these bytes. */
  readonly setThumb: (input: { blobId: BlobId } & ThumbFacts) => Changes;
  readonly listMedia: (input: ParsedRequestOf<'messages:listMedia'>) => ReplyOf<'messages:listMedia'>;
  /** Every blob and thumb that is named by a message, one that can be brought back too, or by a staged row. */
  readonly listBlobs: (input: Empty) => readonly BlobId[];
  /** Those of them that can be fetched again: each message with them is on the server and says where they are there. */
  readonly listEvictable: (input: Empty) => readonly BlobId[];
  /** Lets go of those among them that can still be fetched again: which ones, says `dropped`. */
  readonly dropBlobs: (input: { blobIds: readonly BlobId[] }) => { dropped: readonly BlobId[]; changes: Changes };
  /** These bytes are no good any more: the messages that say where else they are, also on another host, let go of them. */
  readonly dropDamaged: (input: { blobId: BlobId }) => Changes;

  /** What nobody else has: messages that are not through, drafts and staged files. */
  readonly getUnsent: (input: Empty) => Unsent;
  /** Lays what another database of this account held behind everything else; again, it changes nothing. */
  readonly takeUnsent: (input: { unsent: Unsent; nowMs: number }) => Changes;

  /** What was learnt about this server. */
  readonly getTraits: (input: Empty) => ServerTraits;
  readonly setTraits: (input: ServerTraits) => void;
};

/** `messageId` is the one we chose; `serverId` another one that the server gave it, where it did. */
export type Ack = {
  readonly messageId: MessageId;
  readonly serverId: MessageId | null;
  readonly timestampMs: number | null;
};

export type Empty = Readonly<Record<string, never>>;

export type OpenInput = {
  /** Absolute path of the database file, or null to keep nothing on disk. */
  readonly path: string | null;
  /** 32 bytes that seal the file and the row macs; null only with a null path. */
  readonly key: Uint8Array | null;
  /** The account this database belongs to. */
  readonly self: UserId;
  /** The server's own `http(s)://host:port`; an address anywhere else is another host's (safety T8). */
  readonly serverOrigin?: string;
};
export type OpenReport =
  | { readonly outcome: 'opened' | 'created'; readonly keptAs: null }
  /** A damaged or foreign file was renamed to `keptAs` (name only). `saved`: what of it is in the new one. */
  | { readonly outcome: 'set-aside'; readonly keptAs: string; readonly saved: Saved };
/** How many messages that were not through, and drafts, were read out of a damaged file. */
export type Saved = { readonly messages: number; readonly drafts: number };

export type PersonRow = {
  readonly userId: UserId;
  readonly username: string;
  readonly avatar: string;
  readonly isContact: boolean;
  readonly isBlocked: boolean;
};
export type Overview = {
  readonly people: readonly PersonRow[];
  readonly conversations: readonly ConversationView[];
  /** Whose conversation was on screen last. */
  readonly viewedPeerId: UserId | null;
};

/** What an operation changed, in the window's words. Lists are empty where nothing changed. */
export type Changes = {
  readonly people: readonly PersonRow[];
  readonly conversations: readonly ConversationView[];
  readonly removedConversations: readonly UserId[];
  readonly messages: readonly MessageView[];
  readonly removedMessages: readonly { readonly peerId: UserId; readonly rowId: RowId }[];
  /** Conversations in which so much moved that pages are to be asked for again. */
  readonly reordered: readonly UserId[];
};

/** `isWaiting`: it is in the outbox, and not parked; by the time a command comes again it may be sent or deleted. */
export type Enqueued = { readonly message: MessageView; readonly isWaiting: boolean; readonly changes: Changes };

export type OutboxItem = {
  readonly rowId: RowId;
  readonly peerId: UserId;
  readonly messageId: MessageId;
  readonly kind: MessageKind;
  /** The text, or the name of the file. */
  readonly text: string;
  /** Null for texts, and for a file whose bytes are nowhere. */
  readonly attachment: { readonly blobId: BlobId; readonly sizeBytes: number } | null;
  readonly state: 'queued' | 'in-flight' | 'in-doubt';
  /** How often it was written to a socket. */
  readonly attempts: number;
};

/** Bytes that are kept here. `sha256` is hexadecimal; sides are of an image, as it is shown. */
export type BlobFacts = {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly width: number | null;
  readonly height: number | null;
};

export type AttachmentKind = Exclude<MessageKind, 'text'>;

/** A file in a tray: `path` is where it lies; null where its bytes are in `blobId`. */
export type StagedRow = StagedView & {
  readonly path: string | null;
  readonly blobId: BlobId | null;
  readonly modifiedMs: number | null;
};

export type InlinePiece = { readonly bytes: Uint8Array; readonly isEnd: boolean };

/** Where the bytes of a file or image are: here as `blobId`, or at its `source`. */
export type AttachmentSource = {
  readonly rowId: RowId;
  readonly peerId: UserId;
  readonly isMine: boolean;
  readonly messageKind: AttachmentKind;
  readonly name: string;
  readonly sizeBytes: number | null;
  /** Hexadecimal. */
  readonly sha256: string | null;
  readonly blobId: BlobId | null;
  /** `own`: a path, or an address on the server itself. */
  readonly source:
    | { readonly kind: 'inline' | 'none' }
    | { readonly kind: 'own'; readonly pathOrUrl: string }
    | { readonly kind: 'url'; readonly url: string };
};

export type MergeReport = {
  readonly changes: Changes;
  /** The reply had a row known older than the doubt, or the conversation is known to be empty: absence counts (safety A7). */
  readonly isAnchored: boolean;
  /** Rows still in doubt after binding: proven absent when anchored. */
  readonly unboundInDoubt: readonly RowId[];
  /** A message of mine was there under the id that was chosen here: this server keeps our ids. */
  readonly keepsOwnId: boolean;
  /** False: what the server sent is no history (it was too large to be read before it was taken). */
  readonly isReadable: boolean;
};

/** How far a merge is; `total` is 0 while that is not worth telling. `changes`: what is to be shown at once. */
export type MergeProgress = { readonly done: number; readonly total: number; readonly changes: Changes | null };
