import type { FailureReason, MessageKind } from '../../src-shared/domain/message.ts';
import { rowId, type MessageId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { Draft } from '../../src-shared/ipc/views.ts';
import { readAttachment, type Attachment } from './attachments.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation, listConversations, saveDraft, takeNextPosition } from './conversations.ts';
import { ownFileBody, readBody, type MessageBody } from './message-body.ts';
import { findMessage } from './message-rows.ts';
import { insertRow } from './message-writes.ts';
import type { StagedRow } from './operations.ts';
import { failureCodes, hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';
import { listAllStaged, putStaged } from './staged.ts';

/** What a database holds that nobody else has, ready for another database of the same account (safety R20). */
export type Unsent = {
  readonly messages: readonly {
    readonly peerId: UserId;
    readonly messageId: MessageId;
    readonly kind: MessageKind;
    readonly text: string;
    /** Of a file: what is known of its bytes. */
    readonly bytes: (Attachment & { readonly sizeBytes: number | null }) | null;
    readonly outboxState: number;
    readonly attempts: number;
    readonly failure: FailureReason | null;
    readonly atMs: number;
  }[];
  readonly drafts: readonly { readonly peerId: UserId; readonly draft: Draft }[];
  readonly staged: readonly { readonly peerId: UserId; readonly row: StagedRow }[];
};

/** Every message that is not through, in the order of writing, every draft and every staged file. */
export function readUnsent(context: StoreContext): Unsent {
  const rows = context.db.all<{ row_id: number; state: number; attempts: number }>(
    'SELECT row_id, state, attempts FROM outbox ORDER BY seq',
  );
  return {
    messages: rows.flatMap((row) => {
      const message = findMessage(context, rowId(row.row_id));
      if (message === null) return [];
      const { peerId, messageId, kind, text, sizeBytes, failure, atMs } = message;
      const bytes = kind === 'text' ? null : { ...readAttachment(context, message.rowId), sizeBytes };
      // What is under way here will have been so when it arrives there.
      const outboxState = row.state === outboxCodes.inFlight ? outboxCodes.inDoubt : row.state;
      return [{ peerId, messageId, kind, text, bytes, outboxState, attempts: row.attempts, failure, atMs }];
    }),
    drafts: listConversations(context).flatMap(({ peerId, draft }) => (draft === null ? [] : [{ peerId, draft }])),
    staged: listAllStaged(context),
  };
}

/**
 * Adds it behind everything else, a draft below the one that is here. A message that is here under its id is left as it
 * is, and so is a staged file.
 */
export function takeUnsent(
  context: StoreContext,
  { messages, drafts, staged }: Unsent,
  nowMs: number,
  changes: ChangeSet,
): void {
  const { db } = context;
  for (const message of messages) {
    const { peerId, messageId, outboxState } = message;
    if (db.get('SELECT 1 AS one FROM messages WHERE is_mine = 1 AND message_id = ?', [messageId]) !== undefined)
      continue;
    ensureConversation(context, peerId, nowMs);
    const row = insertRow(context, {
      peerId,
      isMine: 1,
      messageId,
      variant: 0,
      isWrittenHere: 1,
      proof: proofCodes.none,
      state: stateOf(outboxState),
      atMs: message.atMs,
      hasServerTime: 0,
      position: takeNextPosition(context, peerId),
      hidden: hiddenCodes.visible,
      hiddenAtMs: null,
      body: bodyOf(message),
    });
    if (outboxState === outboxCodes.parked)
      db.run('UPDATE messages SET failure = ? WHERE row_id = ?', [failureCodes[message.failure ?? 'no-answer'], row]);
    db.run('INSERT INTO outbox (row_id, peer_id, state, attempts) VALUES (?, ?, ?, ?)', [
      row,
      peerId,
      outboxState,
      message.attempts,
    ]);
    changes.message(peerId, row);
  }
  const kept = new Map(listConversations(context).map((one) => [one.peerId, one.draft]));
  for (const { peerId, draft } of drafts) {
    saveDraft(context, peerId, withDraft(kept.get(peerId) ?? null, draft), nowMs);
    changes.conversation(peerId);
  }
  const known = new Set(listAllStaged(context).map(({ row }) => row.stagedId));
  for (const { peerId, row } of staged) if (!known.has(row.stagedId)) putStaged(context, peerId, [row], nowMs);
}

/** What was typed last stands last, under the caret. It may have been taken before. */
function withDraft(here: Draft | null, { text, caret }: Draft): Draft {
  if (here === null || here.text === text) return { text, caret };
  const above = here.text.endsWith(`\n${text}`) ? here.text.slice(0, -text.length) : `${here.text}\n`;
  return { text: above + text, caret: above.length + caret };
}

function bodyOf({ kind, text, bytes }: Unsent['messages'][number]): MessageBody {
  if (kind === 'text') return readBody('text', text);
  return ownFileBody(kind, text, bytes ?? { sizeBytes: null });
}

function stateOf(outboxState: number): number {
  if (outboxState === outboxCodes.queued) return stateCodes.queued;
  return outboxState === outboxCodes.parked ? stateCodes.failed : stateCodes.sending;
}
