import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undoMigrations } from './testing/earlier-version.ts';
import { blob, bytesOfBlob, fileToSend, received, sendFile, stagedRow } from './testing/files.ts';
import {
  ackOf,
  anna,
  ben,
  fromMe,
  merge,
  messagesOf,
  noRow,
  openTestStore,
  wire,
  write,
} from './testing/test-store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-files-'));
  file = path.join(folder, 'history.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file waiting, one that failed, one that is through, one of theirs, and two trays. */
function live(): void {
  const store = openTestStore(file);
  const { rowId } = received(store, JSON.stringify([Buffer.alloc(90_000).toString('base64')]), 'image', 500);
  store.setBlob({ rowId, ...bytesOfBlob(8) });
  sendFile(store, 1, { kind: 'image', width: 4, height: 3 });
  const failed = sendFile(store, 2).rowId;
  store.markInFlight({ rowIds: [failed] });
  store.park({ rowId: failed, reason: 'too-large' });
  merge(store, [wire(500, 'x.png', { type: 'image' })]);
  store.putStaged({ peerId: ben, rows: [stagedRow(4), stagedRow(3)], nowMs: 1 });
  store.putStaged({ peerId: anna, rows: [stagedRow(5, { path: null, blobId: blob(5) })], nowMs: 1 });
  store.store.close();
}

const expectAll = (store: ReturnType<typeof openTestStore>): void => {
  expect(messagesOf(store).filter((message) => message.senderId !== anna)).toMatchObject([
    {
      kind: 'image',
      text: 'file 1.pdf',
      sizeBytes: 1_001,
      state: 'queued',
      attachment: { blobId: blob(1), width: 4, height: 3 },
    },
    { kind: 'file', text: 'file 2.pdf', state: 'failed', failure: 'too-large', attachment: { blobId: blob(2) } },
  ]);
  expect(store.getOutbox({})).toMatchObject([{ kind: 'image', attachment: { blobId: blob(1), sizeBytes: 1_001 } }]);
  expect(store.listStaged({ peerId: ben })).toEqual([stagedRow(4), stagedRow(3)]);
  expect(store.listStaged({ peerId: anna })).toEqual([stagedRow(5, { path: null, blobId: blob(5) })]);
  expect(store.listBlobs({})).toEqual(expect.arrayContaining([1, 2, 5].map(blob)));
};

describe('files that only this computer has', () => {
  it('are there again after a restart', () => {
    live();
    const store = openTestStore(file);
    expectAll(store);
    store.store.close();
  });

  it('are saved from a file that is set aside, and are sent once', () => {
    live();
    writeFileSync(`${file}.state`, 'damaged');
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('set-aside');
    expectAll(store);
    store.enqueueAttachment(fileToSend(1));
    expectAll(store);
    store.store.close();
  });

  it('are saved without those that are damaged, and never go to somebody else', () => {
    live();
    const spoilt = openTestStore(file);
    const [row] = messagesOf(spoilt).filter((message) => message.text === 'file 1.pdf');
    spoilt.store.context.db.run('UPDATE attachments SET blob_id = ? WHERE message_row = ?', [
      new Uint8Array(32).fill(9),
      row?.rowId ?? noRow,
    ]);
    spoilt.store.context.db.run('UPDATE staged SET peer_id = 2 WHERE staged_id = ?', [stagedRow(4).stagedId]);
    spoilt.store.close();
    writeFileSync(`${file}.state`, 'damaged');
    const store = openTestStore(file);
    expect(store.getOutbox({})).toMatchObject([{ text: 'file 1.pdf', attachment: null }]);
    expect(store.listStaged({ peerId: anna })).toHaveLength(1);
    expect(store.listStaged({ peerId: ben })).toEqual([stagedRow(3)]);
    store.store.close();
  });

  it('go along into another database of the account, behind what is there, once', () => {
    live();
    const old = openTestStore(file);
    const unsent = old.getUnsent({});
    old.store.close();
    const store = openTestStore();
    store.putStaged({ peerId: ben, rows: [stagedRow(3, { name: 'mine.txt' })], nowMs: 1 });
    write(store, 'here first', 70);
    for (let time = 0; time < 2; time += 1) store.takeUnsent({ unsent, nowMs: 9 });
    expect(messagesOf(store).map(({ text, state, attachment }) => [text, state, attachment?.blobId])).toEqual([
      ['here first', 'queued', undefined],
      ['file 1.pdf', 'queued', blob(1)],
      ['file 2.pdf', 'failed', blob(2)],
    ]);
    expect(store.listStaged({ peerId: ben }).map((row) => row.name)).toEqual(['mine.txt', 'file 4.pdf']);
    expect(store.listStaged({ peerId: anna })).toHaveLength(1);
  });
});

describe('files that were fetched, and mine that went out', () => {
  it('keep their bytes when the file is set aside, and the next history finds them again', () => {
    const history = [
      ...['a bare name', 'https://elsewhere.example/gone.zip', '/files/3'].map((content, index) =>
        wire(index + 1, content, { type: 'file' }),
      ),
      fromMe(4, 'file 4.pdf', { type: 'file' }),
      ...Array.from({ length: 30 }, (_, index) => wire(index + 5, `and then ${index}`)),
    ];
    const first = openTestStore(file);
    sendFile(first, 4);
    first.markSent({ acks: [ackOf(4)] });
    merge(first, history);
    for (const [index, { rowId }] of messagesOf(first).slice(0, 3).entries())
      first.setBlob({ rowId, ...bytesOfBlob(index + 1) });
    const before = messagesOf(first);
    expect(before.slice(0, 5).map(({ attachment }) => attachment?.blobId)).toEqual([
      ...[1, 2, 3, 4].map(blob),
      undefined,
    ]);
    first.store.close();
    writeFileSync(`${file}.state`, 'damaged');
    const store = openTestStore(file);
    expect(store.store.report).toMatchObject({ outcome: 'set-aside', saved: { messages: 0 } });
    expect(messagesOf(store)).toEqual(before.slice(0, 4));
    expect([...store.listBlobs({})].toSorted()).toEqual([1, 2, 3, 4].map(blob));
    merge(store, history);
    const shown = ({ text, state, attachment }: (typeof before)[number]): unknown => ({ text, state, attachment });
    expect(messagesOf(store).map(shown)).toEqual(before.map(shown));
    store.store.close();
  });

  it('are not named by a message that could not be saved', () => {
    const first = openTestStore(file);
    const { rowId } = received(first, '/files/1', 'file', 1);
    first.setBlob({ rowId, ...bytesOfBlob(1) });
    first.store.context.db.run('UPDATE messages SET peer_id = 3 WHERE row_id = ?', [rowId]);
    first.store.close();
    writeFileSync(`${file}.state`, 'damaged');
    const store = openTestStore(file);
    expect([messagesOf(store), messagesOf(store, ben), store.listBlobs({})]).toEqual([[], [], []]);
    store.store.close();
  });
});

describe('a content whose bytes left the database', () => {
  it('is recognised in a file that was set aside, too', () => {
    const content = JSON.stringify([Buffer.alloc(90_000).toString('base64')]);
    const first = openTestStore(file);
    merge(first, [wire(500, content, { type: 'image' })]);
    const [image] = messagesOf(first);
    first.setBlob({ rowId: image?.rowId ?? noRow, ...bytesOfBlob(8) });
    write(first, 'waiting', 70);
    first.store.close();
    writeFileSync(`${file}.state`, 'damaged');
    const store = openTestStore(file);
    expect(messagesOf(store)).toMatchObject([{ kind: 'image', attachment: { blobId: blob(8) } }, { text: 'waiting' }]);
    expect(merge(store, [wire(500, content, { type: 'image' })]).changes.messages).toEqual([]);
    store.store.close();
  });
});

describe('a history from before damaged pictures were noted', () => {
  it('has its pictures as they were', () => {
    const first = openTestStore(file);
    const { rowId } = received(first, '/files/old.png', 'image', 1);
    first.setBlob({ rowId, ...bytesOfBlob(1) });
    first.setThumb({ blobId: blob(1), thumbId: blob(2), width: 48, height: 36, isDamaged: false });
    const shown = messagesOf(first);
    undoMigrations(first.store.context.db, 'is_damaged');
    first.store.close();
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('opened');
    expect(messagesOf(store)).toEqual(shown);
    expect(shown).toMatchObject([{ attachment: { blobId: blob(1), thumbId: blob(2), isDamaged: false } }]);
    store.store.close();
  });
});

describe('a history from before files could be shown', () => {
  it('shows where their bytes are', () => {
    const first = openTestStore(file);
    received(first, '/files/old.png', 'image', 1);
    received(first, 'https://elsewhere.example/x.zip', 'file', 2);
    undoMigrations(first.store.context.db, 'CREATE TABLE attachments');
    first.store.close();
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('opened');
    expect(messagesOf(store).map(({ text, attachment }) => [text, attachment?.source])).toEqual([
      ['old.png', 'server'],
      ['x.zip', 'foreign'],
    ]);
    store.store.close();
  });
});
