import type { Clock, Store } from '../../../src-main/ports.ts';
import type { Dial } from '../../../src-main/connection/dialer.ts';
import type { MergeReport } from '../../../src-main/store/operations.ts';
import type { Violation } from './checker.ts';
import { forgettingStrays } from './forgetful-acks.ts';
import type { Flaw } from './program.ts';
import { me } from './server.ts';

/**
 * Clients as they should not be, each with one flaw put between our core and a port of it. They show that the checker
 * sees what it is there to see (safety §3): each must be caught as `caughtAs` soon after `seed`.
 */
export type KnownFlaw = { readonly flaw: Flaw; readonly caughtAs: Violation['kind']; readonly seed: number };

const noChanges: MergeReport['changes'] = {
  people: [],
  conversations: [],
  removedConversations: [],
  messages: [],
  removedMessages: [],
  reordered: [],
};

/** What is in doubt and cannot be found is dropped without a word. */
function givingUp(store: Store): Store {
  return {
    ...store,
    requeue: async ({ rowIds }) => {
      for (const rowId of rowIds) await store.deleteMessage({ rowId, nowMs: 0 });
      return noChanges;
    },
  };
}

/** What is in doubt is sent again, whatever the history says. */
function resendingBlindly(store: Store): Store {
  return {
    ...store,
    mergeHistory: async (input) => {
      const inDoubt = (await store.getOutbox({})).filter(
        (item) => item.peerId === input.peerId && item.state === 'in-doubt',
      );
      if (inDoubt.length === 0) return store.mergeHistory(input);
      const nothing = await store.mergeHistory({ ...input, messages: [], mayMatchContent: false });
      return { ...nothing, isAnchored: true, unboundInDoubt: inDoubt.map(({ rowId }) => rowId) };
    },
  };
}

/** What is in doubt is found again by what it says, on servers that keep ids too. */
function matchingByContent(store: Store): Store {
  return {
    ...store,
    mergeHistory: async (input) => {
      const { peerId } = input;
      if (typeof input.messages === 'number') return store.mergeHistory(input);
      const page = await store.getPage({ peerId, anchor: { kind: 'newest' }, limit: 200 });
      const known = new Set(page.messages.map(({ messageId }) => messageId));
      const inDoubt = (await store.getOutbox({})).filter((item) => item.peerId === peerId && item.state === 'in-doubt');
      const messages = input.messages.map((message) => {
        if (message.senderId !== me || known.has(message.id)) return message;
        const place = inDoubt.findIndex((item) => item.text === message.content);
        const [taken] = place === -1 ? [] : inDoubt.splice(place, 1);
        return taken === undefined ? message : { ...message, id: taken.messageId };
      });
      return store.mergeHistory({ ...input, messages });
    },
  };
}

/** Waits as long as the shortest grace are no waits; what goes on beating in short intervals still does. */
function withoutGrace(clock: Clock): Clock {
  const isGrace = (delayMs: number): boolean => delayMs > 1_000 && delayMs <= 3_500;
  return { ...clock, setTimer: (delayMs, callback) => clock.setTimer(isGrace(delayMs) ? 0 : delayMs, callback) };
}

/** What a lost socket had not had acknowledged is written again by the dialer itself, as soon as there is another one. */
function queueing(dial: Dial): Dial {
  const unsure = new Map<number, string>();
  return (url, events) => {
    const socket = dial(url, {
      ...events,
      frame: (bytes) => {
        const { type, payload } = JSON.parse(Buffer.from(bytes).toString()) as {
          type: string;
          payload: { messageId?: number };
        };
        if (type === 'MESSAGE_RECEIVED_SELF' && payload.messageId !== undefined) unsure.delete(payload.messageId);
        if (type === 'LOGIN_SUCCESS') for (const kept of unsure.values()) void socket.write(kept);
        events.frame(bytes);
      },
    });
    return {
      ...socket,
      write: (text) => {
        const { type, payload } = JSON.parse(text) as { type: string; payload: { messageId?: number } };
        if (type === 'SEND_MESSAGE' && payload.messageId !== undefined) unsure.set(payload.messageId, text);
        return socket.write(text);
      },
    };
  };
}

export const flaws = {
  'give-up': { flaw: { store: givingUp }, caughtAs: 'lost', seed: 26 },
  'blind-resend': { flaw: { store: resendingBlindly }, caughtAs: 'duplicated', seed: 7 },
  'dialer-queue': { flaw: { dial: queueing }, caughtAs: 'duplicated', seed: 2 },
  'content-match': { flaw: { store: matchingByContent }, caughtAs: 'falsely-sent', seed: 9 },
  'forgotten-stray': { flaw: forgettingStrays(), caughtAs: 'falsely-sent', seed: 38 },
  'no-grace': { flaw: { clock: withoutGrace }, caughtAs: 'duplicated', seed: 37 },
} as const satisfies Readonly<Record<string, KnownFlaw>>;
