import { describe, expect, it } from 'vitest';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { mergeHistory } from './history-merge.ts';
import { sourceOf } from './history-source.ts';
import type { MergeProgress, MergeReport } from './operations.ts';
import { positionStep } from './schema.ts';
import { drain, type Steps } from './steps.ts';
import { history, mergeInSteps } from './testing/merge-in-steps.ts';
import {
  ackOf,
  anna,
  fromMe,
  merge,
  messagesOf,
  openTestStore,
  wire,
  write,
  type TestStore,
} from './testing/test-store.ts';

/** Everything of a conversation that a person can see or that decides what is sent. */
const seen = (store: TestStore): unknown => ({
  messages: messagesOf(store).map(({ text, state, failure, messageId }) => ({ text, state, failure, messageId })),
  outbox: store.getOutbox({}).map(({ text, state }) => ({ text, state })),
  unread: store.getOverview({}).conversations.map(({ unreadCount }) => unreadCount),
});

const stepsOf = (store: TestStore, messages: readonly WireMessage[]): Steps<MergeReport> =>
  mergeHistory(
    store.store.context,
    { peerId: anna, source: sourceOf(messages), mayMatchContent: false, confirmedSince: [], nowMs: 9_000 },
    () => {},
  );

describe('a history laid down in steps', () => {
  it('shows the newest page first, then tells how far it is, to the end', () => {
    const store = openTestStore();
    const told: MergeProgress[] = [];
    const texts: string[] = [];
    mergeInSteps(
      store,
      history,
      (step) => void (step === 0 && texts.push(...messagesOf(store).map((one) => one.text))),
      { told },
    );
    expect(texts).toEqual(['text 25', 'text 26', 'text 27', 'text 28', 'text 29']);
    expect(told[0]).toMatchObject({ done: 5, total: 30, changes: { reordered: [anna] } });
    expect(told.at(-1)).toMatchObject({ done: 30, total: 30 });
    expect(messagesOf(store).map((one) => one.text)).toEqual(history.map((message) => message.content));
  });

  it('fills in the rest from the newest to the oldest', () => {
    const store = openTestStore();
    const long = Array.from({ length: 700 }, (_, i) => wire(i + 1, `m${i}`));
    const told: MergeProgress[] = [];
    const counts = new Set<number>();
    mergeInSteps(
      store,
      long,
      () => {
        const { messages } = store.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 200 });
        expect(messages.at(-1)?.text).toBe('m699');
        const count = store.store.context.db.get<{ n: number }>('SELECT count(*) AS n FROM messages')?.n ?? 0;
        const oldest = store.store.context.db.get<{ id: number }>('SELECT min(message_id) AS id FROM messages')?.id;
        expect(oldest).toBe(700 - count + 1);
        counts.add(count);
      },
      { told, limits: { longRows: 100, batchRows: 100, newestRows: 200 } },
    );
    expect([...counts]).toEqual([200, 300, 400, 500, 600, 700].slice(0, counts.size));
    expect(told.at(-1)).toMatchObject({ done: 700, total: 700 });
    const page = store.getPage({
      peerId: anna,
      anchor: { kind: 'before', position: Number.MIN_SAFE_INTEGER },
      limit: 1,
    });
    expect(page.messages).toEqual([]);
    const positions = messagesOf(store).map((message) => message.position);
    expect(positions.toSorted((a, b) => a - b)).toEqual(positions);
  });

  it.each([
    ['runs backwards', history.toReversed()],
    ['has no times', history.map((message) => ({ ...message, timestampMs: null }))],
    ['misleads at its ends', [...history.slice(5), ...history.slice(0, 5)]],
  ])('ends in the server’s order when it %s', (_, messages) => {
    const [store, whole] = [openTestStore(), openTestStore()];
    mergeInSteps(store, messages, () => {});
    merge(whole, messages);
    expect(seen(store)).toEqual(seen(whole));
  });

  it('writes nothing when all is known and unchanged', () => {
    const store = openTestStore();
    merge(store, history);
    const { db } = store.store.context;
    const before = db.get('SELECT total_changes() AS n');
    mergeInSteps(store, history, () => {});
    expect(db.get('SELECT total_changes() AS n')).toEqual(before);
  });

  it.each([
    ['with news before and after', (rows: readonly WireMessage[]) => [...rows, fromMe(70, 'mine')], true],
    ['in another order', (rows: readonly WireMessage[]) => [...rows.slice(10), ...rows.slice(0, 10)], false],
  ])('%s, cut off after any step, is completed by the next one', (_, served, hasOwn) => {
    const start = (): TestStore => {
      const store = openTestStore();
      merge(store, history.slice(3, 9));
      if (hasOwn) write(store, 'mine', 70, { isSentAtOnce: true });
      if (hasOwn) write(store, 'lost', 71, { isSentAtOnce: true });
      store.markInDoubt({});
      return store;
    };
    const now = served(history).map((message) => ({ ...message, timestampMs: null, status: 'read' as const }));
    const whole = start();
    expect(merge(whole, now).unboundInDoubt).toHaveLength(hasOwn ? 1 : 0);
    let isCut = true;
    for (let stop = 0; isCut; stop += 1) {
      const store = start();
      isCut = mergeInSteps(store, now, (step) => step < stop) === null;
      expect(merge(store, now).isAnchored).toBe(true);
      expect(seen(store)).toEqual(seen(whole));
    }
  });

  it('leaves to the next one what was read, pushed or deleted while it went on', () => {
    const store = openTestStore();
    merge(store, history.slice(0, 10));
    const later = history.map((message) => ({ ...message, status: 'sent' as const }));
    mergeInSteps(store, later, (step) => {
      store.applyPushed({ messages: [history[20 + (step % 10)]!], nowMs: 1 });
      const unread = messagesOf(store).filter((message) => message.senderId === anna && message.state === 'sent');
      store.markRead({ peerId: anna, rowIds: unread.slice(0, 1).map((message) => message.rowId) });
    });
    const states = messagesOf(store).map((message) => message.state);
    merge(store, later);
    expect(messagesOf(store).map((message) => message.text)).toEqual(history.map((message) => message.content));
    expect(states.filter((state) => state === 'read').length).toBeGreaterThan(10);
  });

  it('does not call a message missing that was confirmed while it went on', () => {
    const store = openTestStore();
    merge(store, history.slice(0, 10));
    write(store, 'mine', 70, { isSentAtOnce: true });
    let isAcked = false;
    mergeInSteps(store, history, () => {
      if (!isAcked) store.markSent({ acks: [ackOf(70)] });
      isAcked = true;
    });
    expect(messagesOf(store).find((message) => message.text === 'mine')).toMatchObject({
      state: 'sent',
      failure: null,
    });
  });

  it('stays cleared when everything is cleared after any step', () => {
    let isReached = true;
    for (let at = 0; isReached; at += 1) {
      const store = openTestStore();
      isReached = false;
      mergeInSteps(store, history, (step) => {
        if (step !== at) return;
        isReached = true;
        store.applyCleared({ peerId: anna, by: 'me', nowMs: 1 });
      });
      if (isReached) expect(messagesOf(store)).toEqual([]);
    }
  });

  it('does not take the marks that the one before it moved for a clearing', () => {
    const store = openTestStore();
    const known = [wire(1, 'first'), wire(9_000, 'last')];
    merge(store, known);
    store.applyCleared({ peerId: anna, by: 'me', nowMs: 1 });
    // More than there is room for: all rows and marks are numbered anew.
    const between = Array.from({ length: positionStep + 1 }, (_, i) => wire(2 + i, 'between'));
    const before = [known[0]!, ...between, known[1]!];
    const first = stepsOf(store, before);
    first.next();
    const second = stepsOf(store, [...before, wire(9_001, 'new')]);
    drain(first);
    drain(second);
    expect(messagesOf(store).map((message) => message.text)).toEqual(['new']);
  });

  it('tells what it has written when it fails', () => {
    const store = openTestStore();
    store.store.context.db.exec(
      `CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.message_id = 110 BEGIN SELECT raise(ABORT, 'full'); END`,
    );
    const told: MergeProgress[] = [];
    const limits = { longRows: 100, batchRows: 3, newestRows: 5 };
    expect(() => mergeInSteps(store, history, () => {}, { told, limits })).toThrow();
    const written = messagesOf(store).map((message) => message.text);
    expect(written.length).toBeGreaterThan(0);
    expect(
      told
        .at(-1)
        ?.changes?.messages.map((message) => message.text)
        .toSorted(),
    ).toEqual(written.toSorted());
  });

  it('is planned in one go where someone writes all the time', () => {
    const store = openTestStore();
    let lastId = 1_000;
    mergeInSteps(store, history, () => void write(store, 'again', (lastId += 1)));
    const texts = messagesOf(store).map((message) => message.text);
    expect(texts.filter((text) => text !== 'again')).toEqual(history.map((message) => message.content));
  });

  it('says what is no history, and keeps what was shown of it', () => {
    const store = openTestStore();
    const source = sourceOf(history);
    const steps = mergeHistory(
      store.store.context,
      {
        peerId: anna,
        source: {
          ...source,
          chunkCount: 3,
          readChunk: (i) => (i === 1 ? { ok: false, error: { reason: 'not-json' } } : source.readChunk(0)),
        },
        mayMatchContent: false,
        confirmedSince: [],
        nowMs: 1,
      },
      () => {},
    );
    for (let step = steps.next(); ; step = steps.next())
      if (step.done === true) {
        expect(step.value).toMatchObject({ isReadable: false, isAnchored: false, unboundInDoubt: [] });
        break;
      }
    expect(messagesOf(store)).toEqual([]);
  });
});
