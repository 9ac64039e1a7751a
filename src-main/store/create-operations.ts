import { dropBlobs, dropDamaged, findAttachment, listBlobs, listEvictable, setBlob, setThumb } from './blobs.ts';
import { createChangeSet, type ChangeSet } from './change-set.ts';
import { markSent } from './acks.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import type { StoreContext } from './context.ts';
import { listConversations, readLastPosition, saveDraft } from './conversations.ts';
import { mergeHistory } from './history-merge.ts';
import { sourceOf } from './history-source.ts';
import { createInlineReader } from './inline-content.ts';
import { listMedia } from './media.ts';
import { findVisibleMessage } from './message-rows.ts';
import type { Changes, MergeReport, StoreOperations } from './operations.ts';
import {
  enqueueAttachment,
  enqueueText,
  isWaiting,
  listOutbox,
  markInDoubt,
  markInFlight,
  park,
  requeue,
  retry,
} from './outbox.ts';
import { readPage } from './pages.ts';
import { listPeople, removeContact, replaceContacts, setBlocked, upsertContact } from './people.ts';
import { applyPushed } from './pushed.ts';
import { listUnconfirmedReads, markRead } from './reads.ts';
import { bringBack, listRemoved } from './bring-back.ts';
import { clearMine, deleteMessage, forgetOld, noteClearedByPeer } from './removals.ts';
import { search } from './search/search.ts';
import { sendFirst } from './send-first.ts';
import { arrangeStaged, listStaged, putStaged, removeStaged } from './staged.ts';
import { drain } from './steps.ts';
import { readTraits, writeTraits } from './traits.ts';
import { readUnsent, takeUnsent } from './unsent.ts';
import { readViewed, writeViewed } from './viewed.ts';
import { fileIncoming } from './wire-match.ts';

/** The operations on one open database; opening and closing belong to the process. */
export type DatabaseOperations = Omit<
  StoreOperations,
  'open' | 'close' | 'decodeFrame' | 'releaseFrame' | 'mergeHistory'
> & {
  /** All of it at once. */
  readonly mergeHistory: (
    input: Parameters<StoreOperations['mergeHistory']>[0] & { messages: readonly WireMessage[] },
  ) => MergeReport;
};

/** Each operation runs in one transaction: a crash leaves all of it or nothing. */
export function createOperations(context: StoreContext): DatabaseOperations {
  const { db } = context;

  function inTransaction<Input, Output>(work: (input: Input) => Output): (input: Input) => Output {
    return (input) => db.transaction(() => work(input));
  }
  /** What may be lost with the power does not wait for the disk. */
  function unhurried<Input, Output>(work: (input: Input) => Output): (input: Input) => Output {
    return (input) => {
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        return db.transaction(() => work(input));
      } finally {
        db.exec('PRAGMA synchronous = FULL');
      }
    };
  }
  /** For operations that answer with what they changed. */
  function changing<Input>(work: (input: Input, changes: ChangeSet) => void): (input: Input) => Changes {
    return inTransaction((input) => {
      const changes = createChangeSet(context);
      work(input, changes);
      return changes.build();
    });
  }

  const inline = createInlineReader(context);
  const operations: DatabaseOperations = {
    getOverview: inTransaction(() => ({
      people: listPeople(context),
      conversations: listConversations(context),
      viewedPeerId: readViewed(context),
    })),
    noteViewed: unhurried(({ peerId }) => writeViewed(context, peerId)),

    replaceContacts: changing(({ contacts, untouched }, changes) => {
      for (const id of replaceContacts(context, contacts, untouched)) changes.person(id);
    }),
    upsertContact: changing(({ contact }, changes) => {
      if (upsertContact(context, contact)) changes.person(contact.userId);
    }),
    removeContact: changing(({ userId }, changes) => {
      if (removeContact(context, userId)) changes.person(userId);
    }),
    setBlocked: changing(({ userId, isBlocked }, changes) => {
      setBlocked(context, userId, isBlocked);
      changes.person(userId);
      changes.conversation(userId);
    }),

    getPage: inTransaction((request) => readPage(context, request)),
    search: inTransaction((request) => search(context, request)),
    getMessage: inTransaction(({ rowId }) => findVisibleMessage(context, rowId)),
    saveDraft: changing(({ peerId, draft, nowMs }, changes) => {
      saveDraft(context, peerId, draft, nowMs);
      changes.conversation(peerId);
    }),

    enqueueText: inTransaction((input) => {
      const changes = createChangeSet(context);
      const message = enqueueText(context, input, changes);
      return { message, isWaiting: isWaiting(context, message.rowId), changes: changes.build() };
    }),
    enqueueAttachment: inTransaction((input) => {
      const changes = createChangeSet(context);
      const message = enqueueAttachment(context, input, changes);
      return { message, isWaiting: isWaiting(context, message.rowId), changes: changes.build() };
    }),
    getOutbox: inTransaction(() => listOutbox(context)),
    markInFlight: changing(({ rowIds }, changes) => markInFlight(context, rowIds, changes)),
    markSent: unhurried((input) => {
      const changes = createChangeSet(context);
      const unmatched = markSent(context, input.acks, changes);
      return { changes: changes.build(), unmatched };
    }),
    markInDoubt: changing(() => markInDoubt(context)),
    requeue: changing(({ rowIds }, changes) => requeue(context, rowIds, changes)),
    park: changing(({ rowId, reason }, changes) => park(context, rowId, reason, changes)),
    retry: inTransaction(({ rowId }) => {
      const changes = createChangeSet(context);
      retry(context, rowId, changes);
      return { message: findVisibleMessage(context, rowId), changes: changes.build() };
    }),
    sendFirst: inTransaction(({ rowId }) => {
      const changes = createChangeSet(context);
      const order = sendFirst(context, rowId, changes);
      return { order, changes: changes.build() };
    }),
    deleteMessage: changing(({ rowId, nowMs }, changes) => deleteMessage(context, rowId, nowMs, changes)),

    applyPushed: changing(({ messages, nowMs }, changes) =>
      applyPushed(context, fileIncoming(context.self, messages), nowMs, changes),
    ),
    mergeHistory: (input) => drain(mergeHistory(context, { ...input, source: sourceOf(input.messages) }, () => {})),
    getLastPosition: inTransaction(({ peerId }) => readLastPosition(context, peerId)),
    applyCleared: changing(({ peerId, by, upToPosition, nowMs }, changes) => {
      if (by === 'me') clearMine(context, { peerId, upToPosition, nowMs }, changes);
      else noteClearedByPeer(context, peerId, nowMs, changes);
    }),
    listRemoved: inTransaction((input) => listRemoved(context, input)),
    bringBack: changing((input, changes) => bringBack(context, input, changes)),
    forgetRemoved: inTransaction(({ nowMs }) => forgetOld(context, nowMs)),

    markRead: changing(({ peerId, rowIds }, changes) => markRead(context, peerId, rowIds, changes)),
    getUnconfirmedReads: inTransaction(() => listUnconfirmedReads(context)),

    putStaged: changing(({ peerId, rows, nowMs }, changes) => {
      putStaged(context, peerId, rows, nowMs);
      changes.conversation(peerId);
    }),
    listStaged: inTransaction(({ peerId, only }) => listStaged(context, peerId, only)),
    removeStaged: changing(({ peerId, stagedIds }, changes) => {
      removeStaged(context, peerId, stagedIds);
      changes.conversation(peerId);
    }),
    arrangeStaged: inTransaction(({ peerId, stagedIds }) => arrangeStaged(context, peerId, stagedIds)),
    getAttachment: inTransaction(({ rowId }) => findAttachment(context, rowId)),
    readInline: inTransaction((input) => inline.read(input)),
    setBlob: changing((input, changes) => setBlob(context, input, changes)),
    setThumb: changing((input, changes) => setThumb(context, input, changes)),
    listMedia: inTransaction((request) => listMedia(context, request)),
    listBlobs: inTransaction(() => listBlobs(context)),
    listEvictable: inTransaction(() => listEvictable(context)),
    dropBlobs: inTransaction(({ blobIds }) => {
      const changes = createChangeSet(context);
      const dropped = dropBlobs(context, blobIds, changes);
      return { dropped, changes: changes.build() };
    }),
    dropDamaged: changing(({ blobId }, changes) => dropDamaged(context, blobId, changes)),

    getUnsent: inTransaction(() => readUnsent(context)),
    takeUnsent: changing(({ unsent, nowMs }, changes) => takeUnsent(context, unsent, nowMs, changes)),

    getTraits: inTransaction(() => readTraits(context)),
    setTraits: inTransaction((traits) => writeTraits(context, traits)),
  };
  return operations;
}
