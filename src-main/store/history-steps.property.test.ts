import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history, mergeInSteps } from './testing/merge-in-steps.ts';
import { ackOf, anna, ben, fromMe, merge, messagesOf, openTestStore, wire, write } from './testing/test-store.ts';

describe('whatever happens between the steps', () => {
  type Event = 'push' | 'push to ben' | 'write' | 'ack' | 'doubt' | 'read' | 'page';
  const events = fc.array(
    fc.tuple(
      fc.constantFrom<Event>('push', 'push to ben', 'write', 'ack', 'doubt', 'read', 'page'),
      fc.nat(29),
      fc.nat(25),
    ),
    { maxLength: 12 },
  );

  it('no row is lost or doubled, no state goes back, and the next history makes it whole', () => {
    fc.assert(
      fc.property(events, fc.nat(29), fc.nat(20), (plan, known, withOwn) => {
        const store = openTestStore();
        merge(store, history.slice(0, known));
        const written = new Set<string>();
        const rank = { queued: 0, sending: 0, failed: 0, sent: 1, read: 2 };
        const best = new Map<number, number>();
        const look = (): void => {
          for (const { rowId, state } of messagesOf(store)) {
            expect(rank[state]).toBeGreaterThanOrEqual(best.get(rowId) ?? 0);
            best.set(rowId, rank[state]);
          }
        };
        const happen = (event: Event, n: number): void => {
          const message = history[n]!;
          if (event === 'push') store.applyPushed({ messages: [message], nowMs: 1 });
          else if (event === 'push to ben')
            store.applyPushed({ messages: [wire(n, 'other', { senderId: ben })], nowMs: 1 });
          else if (event === 'ack') store.markSent({ acks: [ackOf(1_000 + n)] });
          else if (event === 'doubt') store.markInDoubt({});
          else if (event === 'page') store.getPage({ peerId: anna, anchor: { kind: 'first-unread' }, limit: 9 });
          else if (event === 'read')
            store.markRead({
              peerId: anna,
              rowIds: messagesOf(store)
                .slice(n, n + 2)
                .map((one) => one.rowId),
            });
          else if (!written.has(`own ${n}`)) {
            written.add(`own ${n}`);
            write(store, `own ${n}`, 1_000 + n, { isSentAtOnce: true });
          }
        };
        const served = history.toSpliced(withOwn, 0, fromMe(1_003, 'own 3'));
        if (!written.has('own 3')) happen('write', 3);
        mergeInSteps(store, served, (step) => {
          look();
          for (const [event, n] of plan.filter((one) => one[2] === step)) happen(event, n);
        });
        look();
        merge(store, served);
        look();
        const texts = messagesOf(store).map((message) => message.text);
        expect(texts.toSorted()).toEqual([...history.map((message) => message.content), ...written].toSorted());
        const theirs = messagesOf(store).filter((message) => !written.has(message.text));
        expect(theirs.map((message) => message.text)).toEqual(history.map((message) => message.content));
        expect(messagesOf(store).find((message) => message.text === 'own 3')).toMatchObject({ failure: null });
        store.store.close();
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
