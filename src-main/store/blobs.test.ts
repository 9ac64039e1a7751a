import { describe, expect, it } from 'vitest';
import { blob, bytesOfBlob, received, sendFile, stagedRow } from './testing/files.ts';
import { ackOf, anna, ben, fromMe, merge, messagesOf, noRow, openTestStore, wire } from './testing/test-store.ts';

const small = Buffer.from('a small picture, or so it says, of more than forty-eight bytes').toString('base64');

describe('blobs', () => {
  it('are shown with every message that has them, and so is their thumb', () => {
    const on = openTestStore();
    const one = received(on, '/f/1', 'image', 1).rowId;
    const other = received(on, '/f/2', 'image', 2).rowId;
    for (const rowId of [one, other]) on.setBlob({ rowId, ...bytesOfBlob(1) });
    const changes = on.setThumb({ blobId: blob(1), thumbId: blob(2), width: 48, height: 36, isDamaged: true });
    const shown = { blobId: blob(1), thumbId: blob(2), width: 48, height: 36, isDamaged: true };
    const attachment = { ...shown, source: 'here', foreignHost: '' };
    expect(changes.messages.map((message) => message.attachment)).toEqual([attachment, attachment]);
    expect(messagesOf(on).map((message) => message.attachment)).toEqual([attachment, attachment]);
  });

  it('bring the thumb that another message with them has, whether they were fetched or are sent', () => {
    const on = openTestStore();
    const first = received(on, '/f/1', 'image', 1).rowId;
    on.setBlob({ rowId: first, ...bytesOfBlob(1) });
    on.setThumb({ blobId: blob(1), thumbId: blob(2), width: 48, height: 36, isDamaged: true });
    on.setBlob({ rowId: received(on, '/f/2', 'image', 2).rowId, ...bytesOfBlob(1) });
    on.setBlob({ rowId: received(on, '/f/3', 'image', 3).rowId, ...bytesOfBlob(3) });
    sendFile(on, 60, bytesOfBlob(1));
    expect(messagesOf(on).map(({ attachment }) => [attachment?.thumbId, attachment?.isDamaged])).toEqual([
      [blob(2), true],
      [blob(2), true],
      [null, false],
      [blob(2), true],
    ]);
  });

  it('that were damaged are not any more once others are here in their place', () => {
    const on = openTestStore();
    const { rowId } = received(on, '/f/1', 'image');
    on.setBlob({ rowId, ...bytesOfBlob(1) });
    on.setThumb({ blobId: blob(1), thumbId: blob(2), width: 48, height: 36, isDamaged: true });
    on.dropDamaged({ blobId: blob(2) });
    expect(messagesOf(on)).toMatchObject([{ attachment: { isDamaged: true } }]);
    on.setBlob({ rowId, ...bytesOfBlob(3) });
    expect(messagesOf(on)).toMatchObject([{ attachment: { isDamaged: false } }]);
  });

  it('say what size an image has: where they are none, what was said of it does not count', () => {
    const on = openTestStore();
    const content = JSON.stringify({ name: 'a.png', size: 5, url: '/f/1', width: 400, height: 300 });
    const { rowId } = received(on, content, 'image');
    expect(messagesOf(on)).toMatchObject([{ attachment: { width: 400, height: 300 } }]);
    on.setBlob({ rowId, ...bytesOfBlob(1), width: null, height: null });
    expect(messagesOf(on)).toMatchObject([{ attachment: { width: null, height: null, source: 'here' } }]);
  });

  it('are named as long as a message, one that can be brought back, or a staged file has them', () => {
    const on = openTestStore();
    const { rowId } = received(on, '/f/1');
    on.setBlob({ rowId, ...bytesOfBlob(1) });
    on.setThumb({ blobId: blob(1), thumbId: blob(2), width: 1, height: 1, isDamaged: false });
    on.putStaged({ peerId: ben, rows: [stagedRow(3, { path: null, blobId: blob(3) })], nowMs: 1 });
    sendFile(on, 4);
    expect([...on.listBlobs({})].toSorted()).toEqual([1, 2, 3, 4].map(blob));
    const day = 24 * 60 * 60 * 1_000;
    on.applyCleared({ peerId: anna, by: 'me', nowMs: 1 });
    on.forgetRemoved({ nowMs: 31 * day });
    expect(on.listBlobs({})).toHaveLength(4);
    on.forgetRemoved({ nowMs: 38 * day });
    // What waits to be sent was not cleared.
    expect([...on.listBlobs({})].toSorted()).toEqual([3, 4].map(blob));
  });

  it('come back with a message that is brought back', () => {
    const on = openTestStore();
    const { rowId } = sendFile(on, 1);
    on.deleteMessage({ rowId, nowMs: 10 });
    on.bringBack({ peerId: anna, rowIds: null, nowMs: 20 });
    expect(messagesOf(on)).toMatchObject([{ state: 'failed', attachment: { blobId: blob(1), source: 'here' } }]);
    expect(on.retry({ rowId }).message).toMatchObject({ state: 'queued' });
    expect(on.getOutbox({})).toMatchObject([{ attachment: { blobId: blob(1) } }]);
  });

  it('can be evicted where the server has them, and are to be had from it again', () => {
    const on = openTestStore();
    const contents = ['/f/1', 'https://chat.example/f/2', 'https://evil.example/3', 'a bare name', small];
    for (const [index, content] of contents.entries())
      on.setBlob({ rowId: received(on, content, 'file', index + 1).rowId, ...bytesOfBlob(index + 1) });
    // The same bytes wait to be sent, or in a tray.
    on.setBlob({ rowId: received(on, '/f/6', 'file', 6).rowId, ...bytesOfBlob(6) });
    sendFile(on, 60, bytesOfBlob(6));
    on.setBlob({ rowId: received(on, '/f/7', 'file', 7).rowId, ...bytesOfBlob(7) });
    on.putStaged({ peerId: anna, rows: [stagedRow(7, { path: null, blobId: blob(7) })], nowMs: 1 });
    expect([...on.listEvictable({})].toSorted()).toEqual([1, 2, 5].map(blob));
    const { dropped, changes } = on.dropBlobs({ blobIds: [blob(1), blob(5), blob(99)] });
    expect(dropped).toEqual([blob(1), blob(5)]);
    expect(changes.messages).toMatchObject([
      { sizeBytes: 1_001, attachment: { blobId: null, source: 'server' } },
      { sizeBytes: 1_005, attachment: { blobId: null, source: 'server' } },
    ]);
    expect(on.listBlobs({})).not.toContain(blob(1));
  });

  it('are not let go of where they were queued or staged after they were listed', () => {
    const on = openTestStore();
    for (const number of [1, 2, 3])
      on.setBlob({ rowId: received(on, `/f/${number}`, 'file', number).rowId, ...bytesOfBlob(number) });
    const listed = on.listEvictable({});
    expect(listed).toHaveLength(3);
    sendFile(on, 1);
    on.putStaged({ peerId: anna, rows: [stagedRow(2, { path: null, blobId: blob(2) })], nowMs: 1 });
    expect(on.dropBlobs({ blobIds: listed }).dropped).toEqual([blob(3)]);
    expect(on.getOutbox({})).toMatchObject([{ attachment: { blobId: blob(1) } }]);
    expect(messagesOf(on).map(({ attachment }) => attachment?.blobId)).toEqual([blob(1), blob(2), null, blob(1)]);
  });

  it('stay where the server was found to lack the message, so that it can be sent again', () => {
    const on = openTestStore();
    merge(on, [wire(50, 'before it')]);
    const { rowId } = sendFile(on, 1);
    on.markSent({ acks: [ackOf(1)] });
    merge(on, [wire(50, 'before it'), fromMe(1, '/f/1', { type: 'file', timestampMs: 60_000 })]);
    expect(on.listEvictable({})).toEqual([blob(1)]);
    merge(on, [wire(50, 'before it')]);
    expect(messagesOf(on)).toMatchObject([{ text: 'before it' }, { failure: 'not-on-server' }]);
    expect(on.listEvictable({})).toEqual([]);
    on.retry({ rowId });
    expect(on.getOutbox({})).toMatchObject([{ attachment: { blobId: blob(1) } }]);
  });

  it('stay as long as a message that was cleared or deleted can be brought back, and are of no use after it', () => {
    const on = openTestStore();
    const deleted = received(on, '/f/1', 'file', 1).rowId;
    on.setBlob({ rowId: deleted, ...bytesOfBlob(1) });
    on.setBlob({ rowId: received(on, '/f/2', 'file', 2).rowId, ...bytesOfBlob(2) });
    on.deleteMessage({ rowId: deleted, nowMs: 1 });
    expect(on.listEvictable({})).toEqual([blob(2)]);
    on.applyCleared({ peerId: anna, by: 'me', nowMs: 1 });
    expect(on.listEvictable({})).toEqual([]);
    on.bringBack({ peerId: anna, rowIds: [deleted], nowMs: 2 });
    expect(messagesOf(on)).toMatchObject([{ attachment: { blobId: blob(1) } }]);
    for (const days of [31, 38]) on.forgetRemoved({ nowMs: days * 24 * 60 * 60 * 1_000 });
    expect(on.listBlobs({})).toEqual([blob(1)]);
  });

  it('that are damaged are let go of by the messages that say where else they are, and by no others', () => {
    const on = openTestStore();
    for (const [index, content] of ['/f/1', 'https://evil.example/2', 'a bare name', small].entries())
      on.setBlob({ rowId: received(on, content, 'image', index + 1).rowId, ...bytesOfBlob(1) });
    sendFile(on, 60, bytesOfBlob(1));
    on.setThumb({ blobId: blob(1), thumbId: blob(2), width: 1, height: 1, isDamaged: false });
    expect(on.dropDamaged({ blobId: blob(2) }).messages).toHaveLength(5);
    expect(on.dropDamaged({ blobId: blob(1) }).messages.map(({ attachment }) => attachment?.source)).toEqual([
      'server',
      'foreign',
      'server',
    ]);
    expect(messagesOf(on).map(({ attachment }) => attachment?.blobId ?? null)).toEqual([
      null,
      null,
      blob(1),
      null,
      blob(1),
    ]);
    expect(on.getOutbox({})).toMatchObject([{ attachment: { blobId: blob(1) } }]);
    expect(on.dropDamaged({ blobId: blob(1) }).messages).toEqual([]);
  });

  it('of a message that is not there or is a text are not kept', () => {
    const on = openTestStore();
    const [text] = on.applyPushed({ messages: [wire(5, 'hi')], nowMs: 1 }).messages;
    for (const rowId of [noRow, text?.rowId ?? noRow])
      expect(on.setBlob({ rowId, ...bytesOfBlob(1) }).messages).toEqual([]);
    expect(on.listBlobs({})).toEqual([]);
  });

  it('stay with a file that the server describes in another way, unless its hash is another', () => {
    const on = openTestStore();
    const { rowId } = received(on, '/f/1/a.png');
    on.setBlob({ rowId, ...bytesOfBlob(1) });
    const described = (sha256: string): string => JSON.stringify({ name: 'a.png', sha256, url: '/g/1' });
    merge(on, [wire(1, described(bytesOfBlob(1).sha256), { type: 'image' })]);
    expect(messagesOf(on)).toMatchObject([{ rowId, attachment: { blobId: blob(1) } }]);
    expect(on.getAttachment({ rowId })?.source).toEqual({ kind: 'own', pathOrUrl: '/g/1' });
    merge(on, [wire(1, described('0'.repeat(64)), { type: 'image' })]);
    expect(messagesOf(on)).toMatchObject([{ rowId, attachment: { blobId: null, source: 'server' } }]);
  });
});
