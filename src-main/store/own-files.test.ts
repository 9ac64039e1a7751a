import { describe, expect, it } from 'vitest';
import { messageId, type RowId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { blob, bytesOfBlob, sendFile } from './testing/files.ts';
import {
  ackOf,
  fromMe,
  merge,
  messagesOf,
  openTestStore,
  textsOf,
  wire,
  write,
  type TestStore,
} from './testing/test-store.ts';

const base64 = Buffer.alloc(90, 'bytes').toString('base64');
const hash = bytesOfBlob(1).sha256;
/** What servers make of `file 1.pdf` when they tell of it. */
const forms: readonly (readonly [string, string])[] = [
  ['a path', '/uploads/2026/3f9a.bin'],
  ['an address', 'https://cdn.example/3f9a'],
  ['a data URL', `data:application/pdf;base64,${base64}`],
  ['slices', JSON.stringify([base64])],
  ['base64', base64],
  ['a descriptor', JSON.stringify({ name: 'file 1.pdf', size: 5, mime: 'application/pdf', sha256: hash, url: '/f/1' })],
  ['its name', 'file 1.pdf'],
  ['another name', 'upload.bin'],
];

const file = (id: number, content: string, rest: Partial<WireMessage> = {}): WireMessage =>
  fromMe(id, content, { type: 'file', ...rest });
/** The one message there is, as it was written. */
function expectOwn(store: TestStore, state: string): void {
  expect(messagesOf(store)).toMatchObject([
    { text: 'file 1.pdf', kind: 'file', sizeBytes: 1_001, state, attachment: { blobId: blob(1), source: 'here' } },
  ]);
  expect(store.getOutbox({})).toEqual([]);
}
function inDoubt(store: TestStore, ...rowIds: RowId[]): void {
  store.markInFlight({ rowIds });
  store.markInDoubt({});
}

describe('a file that I sent', () => {
  it.each(forms)('is known by its id when the server tells of it as %s', (_, content) => {
    for (const tell of ['history', 'push'] as const) {
      const store = openTestStore();
      inDoubt(store, sendFile(store, 1).rowId);
      if (tell === 'history') expect(merge(store, [file(1, content)]).keepsOwnId).toBe(true);
      else store.applyPushed({ messages: [file(1, content)], nowMs: 1 });
      expectOwn(store, 'sent');
      // Told again, it is nothing new; read, it only goes forward.
      expect(merge(store, [file(1, content)]).changes.messages).toEqual([]);
      merge(store, [file(1, content, { status: 'read', type: 'image' })]);
      expectOwn(store, 'read');
    }
  });

  it.each(forms)('stays one where the server gave it another id and tells of it as %s', (_, content) => {
    const store = openTestStore();
    sendFile(store, 1);
    store.markSent({ acks: [{ messageId: messageId(1), serverId: messageId(9), timestampMs: 8 }] });
    merge(store, [file(9, content)], true);
    store.applyPushed({ messages: [file(9, content)], nowMs: 1 });
    merge(store, [file(9, 'https://chat.example/moved/elsewhere.dat')], true);
    expectOwn(store, 'sent');
  });

  it('is told from a text with its id, and from a file of theirs', () => {
    const store = openTestStore();
    sendFile(store, 1);
    store.markSent({ acks: [{ messageId: messageId(1), serverId: messageId(9), timestampMs: 8 }] });
    merge(store, [fromMe(9, 'hello'), wire(1, 'file 1.pdf', { type: 'file' })], true);
    expect(textsOf(store).toSorted()).toEqual(['file 1.pdf', 'file 1.pdf', 'hello']);
  });

  it('can be had from the server once it told where it has it', () => {
    const store = openTestStore();
    const { rowId } = sendFile(store, 1);
    store.markSent({ acks: [ackOf(1)] });
    expect(store.listEvictable({})).toEqual([]);
    merge(store, [file(1, '/f/1')]);
    expect(store.getAttachment({ rowId })).toMatchObject({
      isMine: true,
      sha256: hash,
      source: { kind: 'own', pathOrUrl: '/f/1' },
    });
    expect(store.listEvictable({})).toEqual([blob(1)]);
    store.dropBlobs({ blobIds: [blob(1)] });
    expect(messagesOf(store)).toMatchObject([
      { text: 'file 1.pdf', sizeBytes: 1_001, attachment: { source: 'server' } },
    ]);
  });
});

describe('files in doubt, on a server with ids of its own', () => {
  it.each(forms.filter(([form]) => form !== 'another name' && form !== 'a path' && form !== 'an address'))(
    'are found as %s',
    (_, content) => {
      const store = openTestStore();
      inDoubt(store, sendFile(store, 1).rowId);
      expect(merge(store, [file(77, content, { type: 'image' })], true).unboundInDoubt).toEqual([]);
      expectOwn(store, 'sent');
    },
  );

  it('are not taken for one of another name or with another hash, nor for a text', () => {
    const store = openTestStore();
    const { rowId } = sendFile(store, 1);
    inDoubt(store, rowId);
    const other = JSON.stringify({ name: 'file 1.pdf', sha256: 'ab'.repeat(32), url: '/f/1' });
    const report = merge(store, [file(70, 'upload.bin'), file(71, other), fromMe(72, 'file 1.pdf')], true);
    expect(report.unboundInDoubt).toEqual([rowId]);
    expect(messagesOf(store)).toHaveLength(4);
  });

  it('are not missed where one that was deleted on its way could be what the server has', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'before')]);
    const deleted = sendFile(store, 1).rowId;
    store.markInFlight({ rowIds: [deleted] });
    store.deleteMessage({ rowId: deleted, nowMs: 1 });
    const { rowId, messageId: id } = sendFile(store, 2);
    store.markInFlight({ rowIds: [rowId] });
    store.markSent({ acks: [ackOf(id)] });
    merge(store, [wire(1, 'before'), file(77, base64)], true);
    expect(messagesOf(store)).toMatchObject([{ text: 'before' }, { rowId, state: 'sent', failure: null }]);
  });

  it('are bound in order, each to an entry of its own, those with names by their names', () => {
    const store = openTestStore();
    const rows = [1, 2, 3].map((number) => sendFile(store, number, { nowMs: number }).rowId);
    inDoubt(store, ...rows);
    const report = merge(store, [file(70, 'file 3.pdf'), file(71, `["${base64}"]`), file(72, 'file 2.pdf')], true);
    expect(report.unboundInDoubt).toEqual([]);
    const ids = rows.map((row) => store.store.context.db.get('SELECT server_id FROM messages WHERE row_id = ?', [row]));
    expect(ids).toEqual([{ server_id: 71 }, { server_id: 72 }, { server_id: 70 }]);
    expect(messagesOf(store)).toHaveLength(3);
  });

  it('are not bound to what was there before they were written', () => {
    const store = openTestStore();
    merge(store, [file(60, 'file 1.pdf'), wire(61, 'thanks')], true);
    const { rowId } = sendFile(store, 1);
    inDoubt(store, rowId);
    const report = merge(store, [file(60, 'file 1.pdf'), wire(61, 'thanks')], true);
    expect(report).toMatchObject({ unboundInDoubt: [rowId], isAnchored: true });
  });

  it('go beside texts in doubt, which are bound by what they say', () => {
    const store = openTestStore();
    inDoubt(store, write(store, 'see this', 5).rowId, sendFile(store, 1).rowId, write(store, 'done', 6).rowId);
    const told = [fromMe(70, 'see this'), file(71, base64), fromMe(72, 'done')];
    expect(merge(store, told, true).unboundInDoubt).toEqual([]);
    expect(textsOf(store)).toEqual(['see this', 'file 1.pdf', 'done']);
  });

  it('are left to the history by a push, and what was acknowledged is found by it', () => {
    const store = openTestStore();
    inDoubt(store, sendFile(store, 1).rowId);
    store.applyPushed({ messages: [file(70, base64)], nowMs: 1 });
    expect(messagesOf(store)).toMatchObject([{ state: 'sending' }]);
    store.markSent({ acks: [ackOf(1)] });
    store.applyPushed({ messages: [file(70, base64)], nowMs: 1 });
    expectOwn(store, 'sent');
  });
});

describe('a file of theirs', () => {
  it('is one, pushed with its bytes and told with its name and address later', () => {
    const store = openTestStore();
    store.applyPushed({ messages: [wire(1, `["${base64}"]`, { type: 'image' })], nowMs: 1 });
    expect(textsOf(store)).toEqual(['image']);
    merge(store, [wire(1, '/files/beach.png', { type: 'image' })]);
    expect(textsOf(store)).toEqual(['beach.png']);
    merge(store, [wire(1, `["${base64}"]`, { type: 'image' })]);
    expect(messagesOf(store)).toMatchObject([{ text: 'beach.png', attachment: { source: 'server' } }]);
    expect(messagesOf(store)).toHaveLength(1);
  });
});
