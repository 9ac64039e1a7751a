import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { ackOf, anna, fromMe, merge, messagesOf, openTestStore, textsOf, wire, write } from './testing/test-store.ts';

/** One database for all runs: making one takes longer than a run. */
const shared = openTestStore();
afterAll(() => shared.store.close());
function emptied(): typeof shared {
  shared.store.context.db.exec(
    'DELETE FROM outbox; DELETE FROM messages; DELETE FROM conversations; DELETE FROM commands',
  );
  return shared;
}

/** What a server may do to us, in any order. */
type Step = 'push' | 'merge' | 'ack' | 'write' | 'doubt' | 'requeue';
const steps = fc.array(
  fc.tuple(fc.constantFrom<Step>('push', 'merge', 'ack', 'write', 'doubt', 'requeue'), fc.nat(11)),
  { maxLength: 40 },
);
const server: readonly WireMessage[] = Array.from({ length: 12 }, (_, i) =>
  (i % 3 === 0 ? fromMe : wire)(100 + i, `text ${i % 5}`, { status: i % 4 === 0 ? 'read' : 'sent' }),
);

function play(sequence: readonly (readonly [Step, number])[]): {
  store: ReturnType<typeof openTestStore>;
  written: string[];
} {
  const store = emptied();
  const written: string[] = [];
  for (const [step, n] of sequence) {
    if (step === 'push') store.applyPushed({ messages: server.slice(n, n + 1), nowMs: 1 });
    else if (step === 'merge') merge(store, server.slice(0, n));
    else if (step === 'ack') store.markSent({ acks: [ackOf(1_000 + n)] });
    else if (step === 'doubt') store.markInDoubt({});
    else if (step === 'requeue') store.requeue({ rowIds: store.getOutbox({}).map((item) => item.rowId) });
    else if (!written.includes(`own ${n}`)) {
      written.push(`own ${n}`);
      write(store, `own ${n}`, 1_000 + n, { isSentAtOnce: n % 2 === 0 });
    }
  }
  return { store, written };
}

describe('any sequence of pushes, loads, acks and writes', () => {
  it('loses no row, shows none twice, and keeps positions strictly rising', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { store, written } = play(sequence);
        merge(store, server);
        const messages = messagesOf(store);
        const expected = [...server.map((message) => message.content), ...written];
        expect(messages.map((message) => message.text).toSorted()).toEqual(expected.toSorted());
        const positions = messages.map((message) => message.position);
        expect(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0))).toBe(true);
        const theirs = messages.filter((message) => message.messageId < 1_000);
        expect(theirs.map((message) => message.text)).toEqual(server.map((message) => message.content));
        const unread = messages.filter((message) => message.senderId === anna && message.state === 'sent').length;
        expect(store.getOverview({}).conversations[0]?.unreadCount).toBe(unread);
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  it('ends the same in any order, and the same again changes nothing', () => {
    const facts = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 12 });
    fc.assert(
      fc.property(facts, fc.nat(12), (order, loads) => {
        const store = emptied();
        for (const [i, n] of order.entries()) {
          store.applyPushed({ messages: server.slice(n, n + 1), nowMs: 1 });
          if (i === loads) merge(store, server.slice(0, loads));
        }
        merge(store, server);
        const seen = messagesOf(store).map(({ messageId, state, text, atMs }) => ({ messageId, state, text, atMs }));
        expect(merge(store, server).changes).toMatchObject({ messages: [], reordered: [] });
        const plain = emptied();
        merge(plain, server);
        expect(seen).toEqual(
          messagesOf(plain).map(({ messageId, state, text, atMs }) => ({ messageId, state, text, atMs })),
        );
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it('gives each server row one row of ours on a server with ids of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 12 }), (sends) => {
        const store = emptied();
        const history: WireMessage[] = [];
        for (const [i, [word, isAcked]] of sends.entries()) {
          const text = `word ${word}`;
          write(store, text, 1_000 + i, { isSentAtOnce: true });
          history.push(fromMe(i + 1, text));
          if (isAcked) store.markSent({ acks: [ackOf(1_000 + i)] });
          else store.markInDoubt({});
          merge(store, history, true);
        }
        expect(textsOf(store)).toEqual(history.map((message) => message.content));
        expect(store.getOutbox({})).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
