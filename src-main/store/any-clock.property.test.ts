import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { messageId } from '../../src-shared/kernel/ids.ts';
import { ackOf, anna, fromMe, newCommandId, openTestStore, textsOf, wire } from './testing/test-store.ts';

/** One database for all runs: making one takes longer than a run. */
const shared = openTestStore();
afterAll(() => shared.store.close());
function emptied(): typeof shared {
  shared.store.context.db.exec(
    'DELETE FROM outbox; DELETE FROM messages; DELETE FROM conversations; DELETE FROM commands',
  );
  return shared;
}

type Step = 'push' | 'merge' | 'ack' | 'write';
const steps = fc.array(fc.tuple(fc.constantFrom<Step>('push', 'merge', 'ack', 'write'), fc.nat(9)), { maxLength: 25 });
/** Ten years to either side, standing still, running backwards, jumping. */
const decadeMs = 10 * 365 * 86_400_000;
const anyClock = fc
  .array(fc.integer({ min: -decadeMs, max: decadeMs }), { minLength: 1, maxLength: 25 })
  .map((jumps) => (step: number) => 1_700_000_000_000 + (jumps[step % jumps.length] ?? 0));
const server = Array.from({ length: 10 }, (_, i) =>
  (i % 3 === 0 ? fromMe : wire)(100 + i, `text ${i}`, { timestampMs: null }),
);

/** What is on the screen after these steps, at the times that this clock shows. */
function play(sequence: readonly (readonly [Step, number])[], nowMs: (step: number) => number): string[] {
  const store = emptied();
  const written = new Set<number>();
  for (const [step, [what, n]] of sequence.entries()) {
    if (what === 'push') store.applyPushed({ messages: server.slice(n, n + 1), nowMs: nowMs(step) });
    else if (what === 'ack')
      store.markSent({ acks: [{ ...ackOf(1_000 + n), timestampMs: n % 2 === 0 ? nowMs(step) : null }] });
    else if (what === 'merge')
      store.mergeHistory({
        peerId: anna,
        messages: server.slice(0, n),
        mayMatchContent: false,
        confirmedSince: [],
        nowMs: nowMs(step),
      });
    else if (!written.has(n)) {
      written.add(n);
      const input = { commandId: newCommandId(), peerId: anna, messageIds: [messageId(1_000 + n)], text: `own ${n}` };
      store.enqueueText({ ...input, isSentAtOnce: true, nowMs: nowMs(step) });
    }
  }
  return textsOf(store);
}

describe('the order of a conversation', () => {
  it('is the same by any clock of this computer: skewed, set back, standing still, jumping', () => {
    fc.assert(
      fc.property(steps, anyClock, (sequence, clock) => {
        expect(play(sequence, clock)).toEqual(play(sequence, (step) => step));
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it('is that of arrival for what is pushed, whatever times it bears', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(2 ** 41)), { maxLength: 20 }), (times) => {
        const store = emptied();
        for (const [i, timestampMs] of times.entries())
          store.applyPushed({ messages: [wire(i + 1, `text ${i}`, { timestampMs })], nowMs: 1 });
        expect(textsOf(store)).toEqual(times.map((_, i) => `text ${i}`));
      }),
      { numRuns: 100 },
    );
  }, 30_000);
});
