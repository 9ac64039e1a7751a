import type { MessageId, UserId } from '../src-shared/kernel/ids.ts';
import type { ClientFrame, WireEnvelope, WireMessage, WireMessageType } from '../src-shared/protocol/frames.ts';
import { sqliteCode } from '../src-shared/sql/gateway.ts';
import type { Files, StoredFile } from './files.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Limits } from './limits.ts';
import type { InsertOutcome, Messages, NewMessage } from './messages.ts';
import type { Log } from './ports.ts';
import type { Requester } from './requests.ts';
import type { Peer, Sessions } from './sessions.ts';
import { systemCode } from './start-error.ts';

/** Messages on their way: stored, then acknowledged, then pushed (safety R39). */
export type Posting = {
  sendText(frame: Extract<ClientFrame, { kind: 'send-message' }>, peer: Peer, from: Requester): void;
  /** @param slices base64, as strings or as its ASCII; read once. */
  sendFile(
    frame: WireEnvelope & { readonly kind: 'send-file' | 'send-image'; readonly name: string },
    slices: Iterable<string | Uint8Array>,
    peer: Peer,
    from: Requester,
  ): Promise<void>;
  markRead(id: MessageId, peer: Peer, from: Requester): void;
  /** Wipes what both have cleared, a little at a time, behind everything else. */
  purgeCleared(a: UserId, b: UserId): void;
};

type PostingPorts = {
  readonly commit: GroupCommit;
  readonly messages: Messages;
  readonly files: Files;
  readonly sessions: Sessions;
  readonly exists: (person: UserId) => boolean;
  readonly isStopping: () => boolean;
  readonly limits: Limits;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** Why a connection is closed over a message: the protocol has no failure reply for these, a close code is the only one. */
const closeCodes = { damaged: 1007, quota: 1008, 'too-large': 1009 } as const;
const purgePerTurn = 200;

export function createPosting(ports: PostingPorts): Posting {
  const { commit, messages, files, sessions, limits, nowMs, log } = ports;

  function storageFailed(error: unknown, from: Requester): void {
    log('storage-failed', { code: sqliteCode(error) ?? systemCode(error) ?? 'unknown' });
    // Nothing was acknowledged, so the client keeps the message and tries again.
    from.close(1011, 'storage failed');
  }

  /** Puts a message on its way; `settled` is called when it is kept, or could not be. */
  function post(
    message: NewMessage,
    file: StoredFile | undefined,
    peer: Peer,
    from: Requester,
    settled: () => void,
  ): void {
    const { envelope } = message;
    let outcome: InsertOutcome | undefined;
    commit.submit({
      apply() {
        outcome = messages.insert(message, (seq) => {
          if (file !== undefined) files.insert(file, seq, envelope.senderId, envelope.receiverId);
        });
      },
      committed() {
        if (outcome === undefined) return;
        acknowledge(envelope.messageId, outcome, from);
        if (outcome.isNew) deliver(toWire(message, outcome), peer);
        else if (file !== undefined) void files.remove([file.id]);
        settled();
      },
      failed(error) {
        storageFailed(error, from);
        if (file !== undefined) void files.remove([file.id]);
        settled();
      },
    });
  }

  function acknowledge(messageId: MessageId, kept: { id: MessageId; sentAtMs: number }, from: Requester): void {
    from.reply({ kind: 'message-acknowledged', messageId, id: kept.id, timestampMs: kept.sentAtMs });
  }

  function deliver(message: WireMessage, except: Peer): void {
    const frame = { kind: 'message-received', message } as const;
    sessions.push(message.receiverId, frame, except);
    if (message.senderId !== message.receiverId) sessions.push(message.senderId, frame, except);
  }

  return {
    sendText({ messageId, senderId, receiverId, content }, peer, from) {
      if (Buffer.byteLength(content) > limits.maxTextBytes) {
        log('request-refused', { verb: 'send-message', reason: 'too-large', bytes: content.length });
        from.close(closeCodes['too-large'], 'message too long');
        return;
      }
      if (!ports.exists(receiverId)) {
        log('request-refused', { verb: 'send-message', reason: 'unknown-receiver' });
        return;
      }
      const envelope = { messageId, senderId, receiverId };
      post({ envelope, type: 'text', content, sentAtMs: nowMs() }, undefined, peer, from, () => undefined);
    },

    async sendFile({ kind, messageId, senderId, receiverId, name }, slices, peer, from) {
      if (!ports.exists(receiverId)) {
        log('request-refused', { verb: kind, reason: 'unknown-receiver' });
        return;
      }
      const earlier = messages.findSent(senderId, messageId);
      if (earlier !== undefined) {
        acknowledge(messageId, earlier, from);
        return;
      }
      const stored = await files.store(senderId, name, slices).catch((error: unknown) => {
        storageFailed(error, from);
        return undefined;
      });
      if (stored === undefined) return;
      if (!stored.ok) {
        log('request-refused', { verb: kind, reason: stored.error });
        from.close(closeCodes[stored.error], stored.error);
        return;
      }
      const file = stored.value;
      log('file-stored', { bytes: file.size, person: senderId });
      const type: WireMessageType = kind === 'send-image' ? 'image' : 'file';
      const envelope = { messageId, senderId, receiverId };
      const message = { envelope, type, content: files.contentOf(file), sentAtMs: nowMs() };
      await new Promise<void>((settled) => post(message, file, peer, from, settled));
    },

    markRead(id, peer, from) {
      let read: WireMessage | undefined;
      commit.submit({
        apply() {
          read = messages.markRead(id, peer.owner.person);
        },
        committed() {
          if (read !== undefined) deliver(read, peer);
        },
        failed: (error) => storageFailed(error, from),
      });
    },

    purgeCleared(a, b) {
      const pair = a < b ? { low: a, high: b } : { low: b, high: a };
      const purgeSome = (): void => {
        if (ports.isStopping()) return;
        const { purged, fileIds } = messages.purge(pair, purgePerTurn);
        void files.remove(fileIds);
        if (purged === purgePerTurn) setImmediate(purgeSome);
      };
      purgeSome();
    },
  };
}

function toWire({ envelope, type, content }: NewMessage, { id, sentAtMs }: InsertOutcome): WireMessage {
  const { senderId, receiverId } = envelope;
  return { id, senderId, receiverId, content, timestampMs: sentAtMs, status: 'sent', type };
}
