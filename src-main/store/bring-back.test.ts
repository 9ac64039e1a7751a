import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ackOf,
  anna,
  ben,
  fromMe,
  merge,
  messagesOf,
  openTestStore,
  textsOf,
  wire,
  write,
  type TestStore,
} from './testing/test-store.ts';

const dayMs = 24 * 60 * 60 * 1_000;

function removedOf(store: TestStore, nowMs = 10): string[] {
  const { removed } = store.listRemoved({ peerId: anna, after: null, limit: 200, nowMs });
  return removed.map(({ message }) => message.text);
}
function remove(store: TestStore, text: string, nowMs: number): void {
  const row = messagesOf(store).find((message) => message.text === text);
  if (row === undefined) throw new Error(`${text} is not there`);
  store.deleteMessage({ rowId: row.rowId, nowMs });
}
const clear = (store: TestStore, nowMs = 5): ReturnType<TestStore['applyCleared']> =>
  store.applyCleared({ peerId: anna, by: 'me', nowMs });
const bringBackAll = (store: TestStore, nowMs = 10): ReturnType<TestStore['bringBack']> =>
  store.bringBack({ peerId: anna, rowIds: null, nowMs });
/** It was too old a week ago already. */
function forget(store: TestStore, nowMs: number): void {
  store.forgetRemoved({ nowMs });
  store.forgetRemoved({ nowMs: nowMs + 7 * dayMs });
}
const stored = (store: TestStore): unknown[] =>
  store.store.context.db.all('SELECT CAST(text AS BLOB) AS text, content FROM messages ORDER BY position');

describe('what was removed', () => {
  it('is listed by page, the latest removal first, then the latest message', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b'), wire(3, 'c'), wire(4, 'd')]);
    remove(store, 'd', 3);
    remove(store, 'a', 4);
    clear(store, 5);
    const first = store.listRemoved({ peerId: anna, after: null, limit: 3, nowMs: 10 });
    expect(first.removed.map(({ message, removedAtMs }) => [message.text, removedAtMs])).toEqual([
      ['c', 5],
      ['b', 5],
      ['a', 4],
    ]);
    expect(first.total).toBe(4);
    const last = first.removed[2];
    const after = { removedAtMs: last?.removedAtMs ?? 0, position: last?.message.position ?? 0 };
    const rest = store.listRemoved({ peerId: anna, after, limit: 3, nowMs: 10 });
    expect(rest.removed.map(({ message }) => message.text)).toEqual(['d']);
    expect(store.listRemoved({ peerId: ben, after: null, limit: 3, nowMs: 10 })).toEqual({ removed: [], total: 0 });
  });

  it('comes back at its place, once, and is listed no more', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b'), wire(3, 'c')]);
    const { rowId } = messagesOf(store)[1] ?? { rowId: 0 as never };
    store.deleteMessage({ rowId, nowMs: 3 });
    const changes = store.bringBack({ peerId: anna, rowIds: [rowId], nowMs: 4 });
    expect(changes.messages).toMatchObject([{ rowId, text: 'b' }]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c']);
    expect(removedOf(store)).toEqual([]);
    expect(store.bringBack({ peerId: anna, rowIds: [rowId], nowMs: 5 }).messages).toEqual([]);
  });

  it('keeps its conversation in the list, at its time, until it is forgotten', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(7, 'b')]);
    expect(clear(store).conversations).toMatchObject([{ peerId: anna, lastMessage: null, activeAtMs: 9_000 }]);
    expect(store.getOverview({}).conversations).toHaveLength(1);
    forget(store, 31 * dayMs);
    expect(store.getOverview({}).conversations).toEqual([]);
  });

  it('can be brought back as long as the server still has it, however long ago it was cleared', () => {
    const store = openTestStore();
    const told = [wire(1, 'a'), wire(2, 'see http://x/notes.pdf', { type: 'file' })];
    merge(store, told);
    clear(store);
    merge(store, told);
    forget(store, 31 * dayMs);
    expect(stored(store)).toMatchObject([{ content: null }, { content: null }]);
    store.mergeHistory({ peerId: anna, messages: told, mayMatchContent: false, confirmedSince: [], nowMs: 31 * dayMs });
    expect(textsOf(store)).toEqual([]);
    expect(removedOf(store, 32 * dayMs)).toHaveLength(2);
    bringBackAll(store, 32 * dayMs);
    expect(textsOf(store)).toEqual(['a', 'notes.pdf']);
  });

  it('comes back read: nobody has missed it', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    clear(store);
    const changes = bringBackAll(store);
    expect(changes.conversations).toMatchObject([{ unreadCount: 0, lastMessage: { text: 'b', state: 'read' } }]);
    expect(store.getUnconfirmedReads({})).toEqual([]);
  });

  it('is not brought back by another conversation', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    const rowIds = messagesOf(store).map((message) => message.rowId);
    clear(store);
    store.bringBack({ peerId: ben, rowIds, nowMs: 6 });
    store.bringBack({ peerId: ben, rowIds: null, nowMs: 6 });
    expect(textsOf(store)).toEqual([]);
  });

  it('loses its text after 30 days, and is then gone for good', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'secret')]);
    clear(store, 5);
    expect(removedOf(store, 5 + 30 * dayMs)).toEqual(['secret']);
    expect(removedOf(store, 6 + 30 * dayMs)).toEqual([]);
    bringBackAll(store, 6 + 30 * dayMs);
    expect(textsOf(store)).toEqual([]);
    forget(store, 6 + 30 * dayMs);
    expect(stored(store)).toMatchObject([{ text: new Uint8Array(), content: null }]);
    merge(store, [wire(1, 'secret')]);
    expect(textsOf(store)).toEqual([]);
  });

  it('that is damaged is not offered, and stays removed', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'pay 100'), wire(2, 'b')]);
    clear(store);
    store.store.context.db.run("UPDATE messages SET text = 'pay 900' WHERE message_id = 1");
    expect(removedOf(store)).toEqual(['b']);
    bringBackAll(store);
    merge(store, [wire(1, 'pay 100'), wire(2, 'b')]);
    expect(textsOf(store)).toEqual(['b']);
  });
});

describe('own messages that were removed', () => {
  it('while they waited come back as failed, and are sent only when the person says so', () => {
    const store = openTestStore();
    write(store, 'queued', 70);
    remove(store, 'queued', 3);
    expect(store.getOutbox({})).toEqual([]);
    expect(bringBackAll(store).messages).toMatchObject([{ text: 'queued', state: 'failed', failure: 'removed' }]);
    expect(store.getOutbox({})).toEqual([]);
    store.retry({ rowId: messagesOf(store)[0]?.rowId ?? (0 as never) });
    expect(store.getOutbox({})).toMatchObject([{ text: 'queued', state: 'queued', messageId: 70 }]);
  });

  it('while they were in doubt come back as sent where a history has them', () => {
    const store = openTestStore();
    write(store, 'hello', 70, { isSentAtOnce: true });
    clear(store);
    bringBackAll(store);
    expect(messagesOf(store)).toMatchObject([{ state: 'failed', failure: 'removed' }]);
    merge(store, [fromMe(70, 'hello')]);
    expect(messagesOf(store)).toMatchObject([{ state: 'sent', failure: null }]);
    expect(store.retry({ rowId: messagesOf(store)[0]?.rowId ?? (0 as never) }).changes.messages).toEqual([]);
  });

  it('and acknowledged since come back as sent', () => {
    const store = openTestStore();
    write(store, 'hello', 70, { isSentAtOnce: true });
    remove(store, 'hello', 3);
    store.markSent({ acks: [ackOf(70)] });
    expect(bringBackAll(store).messages).toMatchObject([{ state: 'sent' }]);
  });

  it('are not said to be missing on the server, which was told to clear them', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), fromMe(2, 'b', { status: 'read' })]);
    clear(store);
    bringBackAll(store);
    merge(store, [wire(3, 'new')]);
    expect(messagesOf(store).map(({ text, failure }) => [text, failure])).toEqual([
      ['a', null],
      ['b', null],
      ['new', null],
    ]);
  });

  it('do not keep a message that is in doubt from being found absent', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), fromMe(2, 'b')]);
    clear(store);
    bringBackAll(store);
    const doubtful = write(store, 'in doubt', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    expect(merge(store, [])).toMatchObject({ isAnchored: true, unboundInDoubt: [doubtful.rowId] });
  });
});

describe('clearing up to a position', () => {
  it('leaves what came and what was written after it', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    const upToPosition = store.getLastPosition({ peerId: anna });
    store.applyPushed({ messages: [wire(2, 'just now')], nowMs: 4 });
    write(store, 'in flight', 70, { isSentAtOnce: true });
    const changes = store.applyCleared({ peerId: anna, by: 'me', upToPosition, nowMs: 5 });
    expect(changes.removedMessages).toEqual([]);
    expect(textsOf(store)).toEqual(['just now', 'in flight']);
    expect(store.getOutbox({})).toHaveLength(1);
    // Known here for the first time, and older than the mark.
    merge(store, [wire(9, 'old'), wire(1, 'a'), wire(2, 'just now')]);
    expect(textsOf(store)).toEqual(['just now', 'in flight']);
    expect(removedOf(store)).toEqual(['old', 'a']);
  });

  it('keeps what comes with a history alone later in view, also before what waited to be sent', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    write(store, 'queued', 70);
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    clear(store);
    merge(store, [wire(3, 'while away')]);
    merge(store, [wire(3, 'while away'), wire(4, 'before it'), fromMe(70, 'queued')]);
    expect(textsOf(store)).toEqual(['while away', 'before it', 'queued']);
    expect(removedOf(store)).toEqual(['b', 'a']);
  });

  it('by the other side leaves mine before what the server has since', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    store.applyCleared({ peerId: anna, by: 'peer', nowMs: 5 });
    merge(store, [wire(3, 'new')]);
    expect(textsOf(store)).toEqual(['a', 'b', 'new']);
  });

  it('never moves the mark back', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    clear(store);
    store.applyCleared({ peerId: anna, by: 'me', upToPosition: 0, nowMs: 6 });
    merge(store, [wire(9, 'old'), wire(1, 'a'), wire(2, 'b')]);
    expect(textsOf(store)).toEqual([]);
  });
});

type Step = 'push' | 'merge' | 'delete' | 'clear' | 'one back';

it('whatever was deleted, cleared and brought back in whatever order, all of it can be had back once', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom<Step>('push', 'merge', 'delete', 'clear', 'one back'), fc.integer({ min: 1, max: 8 })),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(steps, (sequence) => {
      const store = openTestStore();
      const seen = new Set<string>();
      let nowMs = 10;
      for (const [step, at] of sequence) {
        nowMs += 1;
        const rows = messagesOf(store);
        if (step === 'push') {
          seen.add(`m${at}`);
          store.applyPushed({ messages: [wire(at, `m${at}`)], nowMs });
        } else if (step === 'merge') {
          const history = Array.from({ length: at }, (_, index) => wire(index + 1, `m${index + 1}`));
          for (const { content } of history) seen.add(content);
          merge(store, history);
        } else if (step === 'delete') {
          const row = rows[at % Math.max(rows.length, 1)];
          if (row !== undefined) store.deleteMessage({ rowId: row.rowId, nowMs });
        } else if (step === 'clear') clear(store, nowMs);
        else {
          const { removed } = store.listRemoved({ peerId: anna, after: null, limit: 1, nowMs });
          for (const { message } of removed) store.bringBack({ peerId: anna, rowIds: [message.rowId], nowMs });
        }
      }
      const shown = textsOf(store);
      const removed = removedOf(store, 100_000);
      expect([...shown, ...removed].toSorted()).toEqual([...seen].toSorted());
      bringBackAll(store, 100_000);
      expect(textsOf(store).toSorted()).toEqual([...seen].toSorted());
      const positions = messagesOf(store).map((message) => message.position);
      expect(new Set(positions).size).toBe(positions.length);
    }),
    { numRuns: 150 },
  );
});
