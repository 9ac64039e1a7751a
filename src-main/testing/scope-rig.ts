import { commandId, messageId, serverUrl, stagedId, userId, type UserId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import type { EventChannel, EventOf } from '../../src-shared/ipc/contract.ts';
import type { AccountView, MessageView } from '../../src-shared/ipc/views.ts';
import type { WireContact, WireMessage } from '../../src-shared/protocol/frames.ts';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import { inPieces } from '../connection/testing/file-source.ts';
import { createEventOutlet } from '../event-outlet.ts';
import { createAccountScope } from '../session/account-scope.ts';
import type { AccountScope } from '../session/account-scope-types.ts';
import type { Saved } from '../store/operations.ts';
import { createAsyncStore } from './async-store.ts';
import { createFakeLink, type Uploaded } from './fake-link.ts';
import { noNetwork } from './no-network.ts';
import { createMemoryBlobs } from './memory-blobs.ts';

export const me = userId(1);
export const anna = userId(2);
export const ben = userId(3);
export const cleo = userId(4);
const account: AccountView = { serverUrl: serverUrl('ws://x'), userId: me, username: 'ann', email: '', avatar: '' };

/** Tells one event from the others by its channel. */
export type Told = { [E in EventChannel]: { readonly channel: E; readonly event: EventOf<E> } }[EventChannel];

/**
 * One account's services, wired as in the program, over a real database in memory, a fake clock and a link whose other
 * end is a small server: it keeps what it is sent, under the sender's id, and acknowledges it.
 */
export async function createScopeRig() {
  const clock = createFakeClock();
  const store = createAsyncStore();
  const blobs = createMemoryBlobs();
  const network = { get: noNetwork };
  const link = createFakeLink(clock);
  const told: Told[] = [];
  const logged: string[] = [];
  const failures: string[] = [];
  const setAside: Saved[] = [];
  const rows: WireMessage[] = [];
  const server: { contacts: WireContact[] } = { contacts: [] };
  let isFocused = true;
  let lastId = 1_000;
  let lastCommand = 0;
  let lastStaged = 0;

  function keep(
    frame: { messageId: number; senderId: UserId; receiverId: UserId; content: string },
    id?: number,
  ): void {
    const { senderId, receiverId, content } = frame;
    rows.push({
      id: messageId(id ?? frame.messageId),
      senderId,
      receiverId,
      content,
      timestampMs: clock.nowMs(),
      status: 'sent',
      type: 'text',
    });
  }
  const acknowledge = (id: number): void => link.say({ kind: 'message-acknowledged', messageId: messageId(id) });

  /** The server keeps what it is sent and acknowledges it. */
  function conform(): void {
    link.onSend = (frame) => {
      if (frame.kind !== 'send-message') return;
      keep(frame);
      acknowledge(frame.messageId);
    };
  }
  /** The same for a file: what comes back is what our own server says of it. */
  function keepFile({ kind, messageId: id, senderId, receiverId, name, bytes }: Uploaded): void {
    rows.push({
      id,
      senderId,
      receiverId,
      content: JSON.stringify({ name, size: bytes.length, mime: '', url: `/files/${id}` }),
      timestampMs: clock.nowMs(),
      status: 'sent',
      type: kind === 'send-image' ? 'image' : 'file',
    });
  }
  link.onUploaded = (upload) => {
    keepFile(upload);
    acknowledge(upload.messageId);
  };
  conform();
  link.onRequest = (frame) => {
    if (frame.kind === 'load-contacts') return ok({ kind: 'contacts-loaded', contacts: server.contacts });
    if (frame.kind !== 'load-messages') throw new Error(`the script has no answer to ${frame.kind}`);
    const messages = rows.filter((row) => [row.senderId, row.receiverId].includes(frame.targetId));
    return ok({ kind: 'messages-loaded', messages, droppedRows: 0 });
  };

  const createScope = (): Promise<AccountScope> =>
    createAccountScope(account, link.link, {
      store: store.store,
      blobs,
      token: () => 'token',
      httpGet: (request) => network.get(request),
      clock,
      random: {
        fraction: () => 0,
        wireInt: () => (lastId += 1),
        bytes: (count) => new Uint8Array(count),
        uuid: () => '',
      },
      log: (event, facts) => void logged.push(JSON.stringify([event, facts])),
      outlet: createEventOutlet(clock, (channel, event) => void told.push({ channel, event } as Told)),
      isFocused: () => isFocused,
      onStoreFailed: (code) => void failures.push(code),
      onSetAside: (saved) => void setAside.push(saved),
    });

  await store.store.open({ path: null, key: null, self: me });
  let scope = await createScope();

  const newCommand = (): ReturnType<typeof commandId> =>
    commandId(`00000000-0000-4000-8000-${String((lastCommand += 1)).padStart(12, '0')}`);

  return {
    clock,
    store,
    blobs,
    link,
    told,
    logged,
    failures,
    setAside,
    rows,
    server,
    keep,
    keepFile,
    acknowledge,
    conform,
    newCommand,
    scope: () => scope,
    setFocused: (value: boolean) => (isFocused = value),
    ready: async (): Promise<void> => {
      link.ready();
      await settle();
    },
    lose: async (code?: number): Promise<void> => {
      link.lose(code);
      await settle();
    },
    send: (text: string, peerId: UserId = anna, command = newCommand()): Promise<MessageView> =>
      scope.outbox.sendText({ commandId: command, peerId, text }),
    /** A file as it comes out of the tray: its bytes are in the spool, then it is committed. */
    sendFile: async (name: string, bytes: Uint8Array, peerId: UserId = anna): Promise<MessageView> => {
      const stored = await blobs.write(inPieces(bytes), { maxBytes: bytes.length });
      if (!stored.ok) throw new Error(stored.error);
      const staged = stagedId(`00000000-0000-4000-9000-${String((lastStaged += 1)).padStart(12, '0')}`);
      const about = { stagedId: staged, peerId, kind: 'file', name, width: null, height: null } as const;
      return scope.outbox.sendAttachment({ ...about, ...stored.value });
    },
    /** The program ends without a word and starts again on the same database. */
    restart: async (): Promise<void> => {
      scope.dispose();
      link.lose();
      scope = await createScope();
      await settle();
    },
    messages: (peerId: UserId = anna) =>
      store.look().getPage({ peerId, anchor: { kind: 'newest' }, limit: 200 }).messages,
    /** `text:state` of a conversation, oldest first. */
    shown(peerId: UserId = anna): string[] {
      return this.messages(peerId).map((message) => `${message.text}:${message.failure ?? message.state}`);
    },
    /** The texts that were written to a socket, in order. */
    written: (): string[] => link.sent.flatMap((frame) => (frame.kind === 'send-message' ? [frame.content] : [])),
    /** Texts on the server, in order. */
    kept: (): string[] => rows.map((row) => row.content),
  };
}
export type ScopeRig = Awaited<ReturnType<typeof createScopeRig>>;

/** A message from Anna to me unless said otherwise. */
export function wire(id: number, content: string, rest: Partial<WireMessage> = {}): WireMessage {
  return {
    id: messageId(id),
    senderId: anna,
    receiverId: me,
    content,
    timestampMs: id,
    status: 'sent',
    type: 'text',
    ...rest,
  };
}
