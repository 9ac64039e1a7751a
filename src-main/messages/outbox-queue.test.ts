import { describe, expect, it } from 'vitest';
import { blobId, messageId, rowId, userId } from '../../src-shared/kernel/ids.ts';
import { chooseSendable, createOutboxQueue, newlyQueued, type Queued } from './outbox-queue.ts';

const anna = userId(2);
const ben = userId(3);
const cleo = userId(4);
let lastRow = 0;

function item(text: string, peerId = anna, rest: Partial<Queued> = {}): Queued {
  lastRow += 1;
  const base = { rowId: rowId(lastRow), peerId, messageId: messageId(lastRow), text } as const;
  return { ...newlyQueued({ ...base, kind: 'text', attachment: null, state: 'queued' }), ...rest };
}
function file(text: string, peerId = anna, sizeBytes = 1_000, rest: Partial<Queued> = {}): Queued {
  return item(text, peerId, { kind: 'file', attachment: { blobId: blobId('ab'.repeat(32)), sizeBytes }, ...rest });
}
const chosen = (queue: readonly Queued[], window = 16, beingSent: readonly (typeof anna)[] = []): string[] =>
  chooseSendable(queue, window, beingSent).map(({ text }) => text);

describe('what is sent next', () => {
  it('is a file only once no text can go, and then nothing else', () => {
    const waiting = [file('file', anna), item('b1', ben), item('b2', ben)];
    expect(chosen(waiting)).toEqual(['b1', 'b2']);
    expect(chosen([file('file', anna), item('b1', ben, { state: 'in-flight' })])).toEqual([]);
    expect(chosen([file('file', anna)], 16, [ben])).toEqual([]);
    expect(chosen([file('file', anna)])).toEqual(['file']);
    expect(chosen([file('file', anna, 1, { state: 'in-flight' }), item('b1', ben)])).toEqual([]);
  });

  it('is the smallest file of those that are first in their conversations', () => {
    expect(chosen([file('large', anna, 9_000), file('small', ben, 10), file('middle', cleo, 500)])).toEqual(['small']);
    expect(chosen([file('large', anna, 9_000), file('tiny', anna, 1), file('middle', ben, 500)])).toEqual(['middle']);
    expect(chosen([file('one', anna, 5), file('other', ben, 5)])).toEqual(['one']);
  });

  it('is the file that the person wants first, the one they named last, but never before a text', () => {
    const large = file('large', anna, 9_000, { hurry: 1 });
    const last = file('last', cleo, 5_000, { hurry: 2 });
    expect(chosen([large, file('small', ben, 10)])).toEqual(['large']);
    expect(chosen([large, file('small', ben, 10), last])).toEqual(['last']);
    expect(chosen([large, item('b', ben)])).toEqual(['b']);
  });

  it('is nothing of a conversation whose order is just being changed, and others go on', () => {
    const waiting = [file('a', anna, 1), file('b', ben, 5)];
    expect(chooseSendable(waiting, 16, [], [anna]).map(({ text }) => text)).toEqual(['b']);
  });

  it('is nothing that was written after a file in the same conversation, nor a file behind what is in doubt', () => {
    expect(chosen([file('file', anna), item('after', anna)])).toEqual(['file']);
    expect(chosen([item('before', anna), file('file', anna), item('after', anna)])).toEqual(['before']);
    expect(chosen([item('doubt', anna, { state: 'in-doubt' }), file('file', anna)])).toEqual([]);
    expect(chosen([file('doubt', anna, 5, { state: 'in-doubt' }), item('b', ben), item('a', anna)])).toEqual(['b']);
  });

  it('is no more text than there is room for', () => {
    const texts = [1, 2, 3, 4].map((number) => item(`n${number}`));
    expect(chosen(texts, 3, [ben])).toEqual(['n1', 'n2']);
    expect(chosen([item('flying', ben, { state: 'in-flight' }), ...texts], 3)).toEqual(['n1', 'n2']);
  });
});

it('puts what it is told into another order, in the places that they had among the others', () => {
  const queue = createOutboxQueue();
  const [a, x, b, c] = [file('a'), item('x', ben), file('b'), file('c')] as const;
  for (const one of [a, x, b, c]) queue.add(one);
  // One of them has left meanwhile.
  queue.remove(b.rowId);
  queue.arrange([c.rowId, b.rowId, a.rowId]);
  expect(queue.items().map(({ text }) => text)).toEqual(['c', 'x', 'a']);
  expect(queue.find(c.messageId)).toBe(c);
});
