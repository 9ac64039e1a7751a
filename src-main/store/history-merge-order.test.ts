import { describe, expect, it } from 'vitest';
import { messageId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { ackOf, anna, fromMe, merge, messagesOf, openTestStore, textsOf, wire, write } from './testing/test-store.ts';

describe('the order of a history', () => {
  it('lays the first history before what was written here without it', () => {
    const store = openTestStore();
    write(store, 'written offline', 70);
    merge(store, [wire(1, 'old'), wire(2, 'older news')]);
    expect(textsOf(store)).toEqual(['old', 'older news', 'written offline']);
  });

  it('is the server’s own, whatever its clocks say', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b', { timestampMs: 9_999_999 }), wire(3, 'c'), wire(4, 'd')]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is turned round where its timestamps run backwards', () => {
    const store = openTestStore();
    merge(store, [wire(3, 'c'), wire(2, 'b', { timestampMs: null }), wire(1, 'a')]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c']);
  });

  it('is turned round where all is of one second and runs against what we have of it', () => {
    const store = openTestStore();
    const at = (id: number, text: string): WireMessage => wire(id, text, { timestampMs: 5_000 });
    merge(store, [at(90, 'a'), at(20, 'b')]);
    merge(store, [at(50, 'd'), at(70, 'c'), at(20, 'b'), at(90, 'a')]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is turned round where only the ids of a server that gives its own run backwards', () => {
    const [counting, keeping] = [openTestStore(), openTestStore()];
    const history = [wire(7, 'b', { timestampMs: null }), wire(6, 'a', { timestampMs: null })];
    merge(counting, history, true);
    merge(keeping, history);
    expect([textsOf(counting), textsOf(keeping)]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  it('leaves rows that only we have right after the row they followed', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    store.park({ rowId: write(store, 'mine', 70).rowId, reason: 'no-answer' });
    const report = merge(store, [wire(1, 'a'), wire(2, 'b'), wire(3, 'c')]);
    expect(textsOf(store)).toEqual(['a', 'b', 'mine', 'c']);
    expect(report.changes).toMatchObject({ reordered: [], messages: [{ text: 'c' }] });
  });

  it('has what is still to be sent, or was proven absent, behind all that the server has', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    write(store, 'in doubt', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    write(store, 'queued', 71);
    store.applyPushed({ messages: [wire(2, 'b')], nowMs: 5_000 });
    expect(merge(store, [wire(1, 'a'), wire(2, 'b'), wire(3, 'c')]).changes.reordered).toEqual([anna]);
    expect(textsOf(store)).toEqual(['a', 'b', 'c', 'in doubt', 'queued']);
    expect(merge(store, [wire(1, 'a'), wire(2, 'b'), wire(3, 'c'), wire(4, 'd')]).changes).toMatchObject({
      reordered: [],
      messages: [{ text: 'd' }],
    });
    expect(textsOf(store)).toEqual(['a', 'b', 'c', 'd', 'in doubt', 'queued']);
  });

  it('keeps what I wrote in the order of writing where the server had another’s words in between', () => {
    const store = openTestStore();
    merge(store, [fromMe(70, 'mine 1')]);
    write(store, 'mine 2', 71, { isSentAtOnce: true });
    store.applyPushed({ messages: [wire(2, 'theirs')], nowMs: 5_000 });
    for (const id of [72, 73]) write(store, `mine ${id - 69}`, id, { isSentAtOnce: true });
    store.markSent({ acks: [71, 72].map(ackOf) });
    store.park({ rowId: messagesOf(store).at(-1)!.rowId, reason: 'no-answer' });
    const asked = [fromMe(70, 'mine 1'), wire(2, 'theirs'), fromMe(71, 'mine 2'), wire(3, 'theirs too')];
    const untimed = asked.map((it) => ({ ...it, timestampMs: null }));
    store.mergeHistory({ peerId: anna, messages: untimed, mayMatchContent: false, confirmedSince: [], nowMs: 9_000 });
    expect(textsOf(store)).toEqual(['mine 1', 'theirs', 'mine 2', 'mine 3', 'mine 4', 'theirs too']);
  });

  it('has behind it what was confirmed since it was asked for', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    write(store, 'mine', 70, { isSentAtOnce: true });
    store.markSent({ acks: [ackOf(70)] });
    const confirmedSince = [messageId(70)];
    const messages = [wire(1, 'a'), wire(2, 'b')];
    store.mergeHistory({ peerId: anna, messages, mayMatchContent: false, confirmedSince, nowMs: 9_000 });
    expect(textsOf(store)).toEqual(['a', 'b', 'mine']);
  });

  it('leaves what is still to be sent where it stands where the history may have a gap, or one was cleared', () => {
    const [gap, cleared] = [openTestStore(), openTestStore()];
    for (const store of [gap, cleared]) merge(store, [wire(1, 'a'), wire(2, 'b')]);
    cleared.applyCleared({ peerId: anna, by: 'me', nowMs: 5_000 });
    for (const store of [gap, cleared]) {
      write(store, 'mine', 70);
      store.applyPushed({ messages: [wire(3, 'c')], nowMs: 6_000 });
    }
    merge(gap, [wire(4, 'd'), wire(5, 'e')]);
    merge(cleared, [wire(3, 'c'), wire(4, 'd')]);
    expect(textsOf(gap).indexOf('mine')).toBe(textsOf(gap).indexOf('b') + 1);
    expect(textsOf(cleared)).toEqual(['mine', 'c', 'd']);
  });

  it('touches nothing when nothing is new, and only the news when they are at the end', () => {
    const store = openTestStore();
    const history = Array.from({ length: 50 }, (_, i) => wire(i + 1, `m${i}`));
    merge(store, history);
    const before = messagesOf(store);
    expect(merge(store, history).changes.messages).toEqual([]);
    const report = merge(store, [...history, wire(60, 'new')]);
    expect(report.changes).toMatchObject({ reordered: [], messages: [{ text: 'new' }] });
    expect(messagesOf(store).slice(0, 50)).toEqual(before);
  });

  it('moves as few rows as possible when it really changed, and says so', () => {
    const store = openTestStore();
    const history = [wire(1, 'a'), wire(2, 'b'), wire(3, 'c'), wire(4, 'd')].map((it) => ({
      ...it,
      timestampMs: null,
    }));
    merge(store, history);
    const before = new Map(messagesOf(store).map((message) => [message.text, message.position]));
    const [a, b, c, d] = history as [WireMessage, WireMessage, WireMessage, WireMessage];
    expect(merge(store, [b, c, a, d]).changes.reordered).toEqual([anna]);
    expect(textsOf(store)).toEqual(['b', 'c', 'a', 'd']);
    const moved = messagesOf(store).filter((message) => before.get(message.text) !== message.position);
    expect(moved.map((message) => message.text)).toEqual(['a']);
  });

  it('finds room for any number of rows between two neighbours', () => {
    const store = openTestStore();
    const between: WireMessage[] = [];
    for (let i = 0; i < 30; i += 1) {
      between.unshift(wire(100 + i, `n${i}`, { timestampMs: null }));
      merge(store, [wire(1, 'first'), ...between, wire(2, 'last')]);
    }
    expect(textsOf(store)).toEqual(['first', ...between.map((message) => message.content), 'last']);
  });
});
