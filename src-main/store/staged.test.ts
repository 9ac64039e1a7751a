import { describe, expect, it } from 'vitest';
import { blob, bytesOfBlob, sendFile, staged, stagedRow } from './testing/files.ts';
import { anna, ben, messagesOf, openTestStore } from './testing/test-store.ts';

describe('a tray', () => {
  it('keeps its files in order, appends new ones and replaces one in its place', () => {
    const store = openTestStore();
    store.putStaged({ peerId: anna, rows: [stagedRow(1), stagedRow(2)], nowMs: 1 });
    store.putStaged({ peerId: ben, rows: [stagedRow(9)], nowMs: 1 });
    const anew = stagedRow(1, { keepsMetadata: true, problem: 'vanished' });
    store.putStaged({ peerId: anna, rows: [anew, stagedRow(3)], nowMs: 2 });
    expect(store.listStaged({ peerId: anna })).toEqual([anew, stagedRow(2), stagedRow(3)]);
    expect(store.listStaged({ peerId: anna, only: staged(2) })).toEqual([stagedRow(2)]);
    expect(store.listStaged({ peerId: ben, only: staged(2) })).toEqual([]);
  });

  it('puts those named first, in the order named, and leaves the rest as it was', () => {
    const store = openTestStore();
    store.putStaged({ peerId: anna, rows: [1, 2, 3, 4].map((one) => stagedRow(one)), nowMs: 1 });
    store.arrangeStaged({ peerId: anna, stagedIds: [staged(4), staged(77), staged(2)] });
    store.putStaged({ peerId: anna, rows: [stagedRow(5)], nowMs: 2 });
    const order = store.listStaged({ peerId: anna }).map((row) => row.stagedId);
    expect(order).toEqual([4, 2, 1, 3, 5].map(staged));
  });

  it('shows a conversation that has nothing else, until it is empty', () => {
    const store = openTestStore();
    const put = store.putStaged({ peerId: anna, rows: [stagedRow(1), stagedRow(2)], nowMs: 70 });
    expect(put.conversations).toMatchObject([{ peerId: anna, stagedCount: 2, lastMessage: null, activeAtMs: 70 }]);
    expect(store.getOverview({}).conversations).toMatchObject([{ stagedCount: 2 }]);
    expect(store.removeStaged({ peerId: ben, stagedIds: [staged(1)] }).conversations).toEqual([]);
    store.removeStaged({ peerId: anna, stagedIds: [staged(1)] });
    const gone = store.removeStaged({ peerId: anna, stagedIds: [staged(2)] });
    expect(gone.removedConversations).toEqual([anna]);
  });

  it('leaves out a file whose row was damaged, and forgets it', () => {
    const store = openTestStore();
    store.putStaged({ peerId: anna, rows: [stagedRow(1), stagedRow(2)], nowMs: 1 });
    store.store.context.db.run("UPDATE staged SET body = replace(body, 'file 1', 'file 7') WHERE staged_id = ?", [
      staged(1),
    ]);
    expect(store.listStaged({ peerId: anna })).toEqual([stagedRow(2)]);
    expect(store.getOverview({}).conversations).toMatchObject([{ stagedCount: 1 }]);
  });
});

describe('sending a staged file', () => {
  it('makes it a message and empties its place in the tray, once however often it is asked for', () => {
    const store = openTestStore();
    store.saveDraft({ peerId: anna, draft: { text: 'see', caret: 3 }, nowMs: 1 });
    store.putStaged({ peerId: anna, rows: [stagedRow(1), stagedRow(2)], nowMs: 1 });
    const message = sendFile(store, 1, { kind: 'image', width: 30, height: 20 });
    expect(message).toMatchObject({
      kind: 'image',
      text: 'file 1.pdf',
      sizeBytes: 1_001,
      state: 'queued',
      attachment: {
        blobId: blob(1),
        thumbId: null,
        width: 30,
        height: 20,
        isDamaged: false,
        source: 'here',
        foreignHost: '',
      },
    });
    expect(sendFile(store, 1)).toEqual(message);
    expect(messagesOf(store)).toEqual([message]);
    expect(store.listStaged({ peerId: anna })).toEqual([stagedRow(2)]);
    expect(store.getOverview({}).conversations).toMatchObject([{ stagedCount: 1, draft: { text: 'see' } }]);
    const { sizeBytes } = bytesOfBlob(1);
    expect(store.getOutbox({})).toMatchObject([
      { kind: 'image', text: 'file 1.pdf', attachment: { blobId: blob(1), sizeBytes }, state: 'queued', attempts: 0 },
    ]);
  });

  it('does not let a late change bring it back into the tray', () => {
    const store = openTestStore();
    store.putStaged({ peerId: anna, rows: [stagedRow(1)], nowMs: 1 });
    sendFile(store, 1);
    store.putStaged({ peerId: anna, rows: [stagedRow(1, { keepsMetadata: true })], nowMs: 2 });
    expect(store.listStaged({ peerId: anna })).toEqual([]);
  });

  it('cleans the name it is given', () => {
    expect(sendFile(openTestStore(), 1, { name: '../evil\u202e.txt' }).text).toBe('evil\ufffd.txt');
  });
});
