import { describe, expect, it } from 'vitest';
import type { ReplyOf } from '../../src-shared/ipc/contract.ts';
import { anna, ben, merge, messagesOf, noRow, openTestStore, wire } from './testing/test-store.ts';

const read = { status: 'read' } as const;

function hundred(unreadFrom = 101): ReturnType<typeof openTestStore> {
  const store = openTestStore();
  merge(
    store,
    Array.from({ length: 100 }, (_, i) => wire(i + 1, `${i + 1}`, i + 1 < unreadFrom ? read : {})),
  );
  return store;
}
const span = (page: ReplyOf<'messages:getPage'>): unknown[] => [
  page.messages.at(0)?.text,
  page.messages.at(-1)?.text,
  page.messages.length,
  page.hasOlder,
  page.hasNewer,
];

describe('a page', () => {
  it('of the newest ends with the last message', () => {
    const page = hundred().getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 20 });
    expect(span(page)).toEqual(['81', '100', 20, true, false]);
    expect(page.firstUnreadRowId).toBeNull();
  });

  it('before and after a position goes on without a gap or a repeat', () => {
    const store = hundred();
    const newest = store.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 30 });
    const position = newest.messages[0]?.position ?? 0;
    const older = store.getPage({ peerId: anna, anchor: { kind: 'before', position }, limit: 30 });
    expect(span(older)).toEqual(['41', '70', 30, true, true]);
    const back = store.getPage({
      peerId: anna,
      anchor: { kind: 'after', position: older.messages.at(-1)?.position ?? 0 },
      limit: 200,
    });
    expect(span(back)).toEqual(['71', '100', 30, true, false]);
    const oldest = store.getPage({ peerId: anna, anchor: { kind: 'before', position: -Infinity }, limit: 5 });
    expect(oldest.messages).toEqual([]);
    const all = store.getPage({ peerId: anna, anchor: { kind: 'after', position: 0.5 }, limit: 200 });
    expect(all.messages).toHaveLength(100);
  });

  it('of the first unread has it in the middle, or as near as the ends allow', () => {
    const page = hundred(51).getPage({ peerId: anna, anchor: { kind: 'first-unread' }, limit: 20 });
    expect(span(page)).toEqual(['41', '60', 20, true, true]);
    expect(page.firstUnreadRowId).toBe(page.messages[10]?.rowId);
    const last = hundred(98).getPage({ peerId: anna, anchor: { kind: 'first-unread' }, limit: 20 });
    expect(span(last)).toEqual(['81', '100', 20, true, false]);
    const none = hundred().getPage({ peerId: anna, anchor: { kind: 'first-unread' }, limit: 20 });
    expect(span(none)).toEqual(['81', '100', 20, true, false]);
    const first = hundred(2).getPage({ peerId: anna, anchor: { kind: 'first-unread' }, limit: 20 });
    expect(span(first)).toEqual(['1', '20', 20, false, true]);
  });

  it('around a message has it in the middle; around none it is the newest', () => {
    const store = hundred();
    const target = messagesOf(store)[29];
    const page = store.getPage({ peerId: anna, anchor: { kind: 'around', rowId: target?.rowId ?? noRow }, limit: 11 });
    expect(span(page)).toEqual(['25', '35', 11, true, true]);
    const gone = store.getPage({ peerId: anna, anchor: { kind: 'around', rowId: noRow }, limit: 10 });
    expect(span(gone)).toEqual(['91', '100', 10, true, false]);
    const foreign = store.getPage({
      peerId: ben,
      anchor: { kind: 'around', rowId: target?.rowId ?? noRow },
      limit: 10,
    });
    expect(span(foreign)).toEqual([undefined, undefined, 0, false, false]);
  });

  it('is full although some of its rows are damaged or deleted', () => {
    const store = hundred();
    store.deleteMessage({ rowId: messagesOf(store)[99]?.rowId ?? noRow, nowMs: 1 });
    store.store.context.db.run("UPDATE messages SET text = 'x' WHERE message_id IN (97, 98)");
    expect(span(store.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 10 }))).toEqual([
      '88',
      '99',
      10,
      true,
      false,
    ]);
  });
});
