import { describe, expect, it } from 'vitest';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import { ben, createScopeRig, me } from '../testing/scope-rig.ts';
import { sendAll } from '../testing/send-scripts.ts';
import type { UploadEnd } from '../connection/link.ts';
import { blobId, messageId, rowId as rowIdOf } from '../../src-shared/kernel/ids.ts';
import { newlyQueued } from './outbox-queue.ts';
import { createUploads } from './uploads.ts';
import { comeBack, holdUploadAt, large, transfers } from '../testing/upload-scripts.ts';

describe('cancelling a file', () => {
  it('that waits is free, and it can be sent again', async () => {
    const rig = await createScopeRig();
    const { rowId } = await rig.sendFile('a.bin', large);
    await sendAll(rig, ['after']);
    expect(await rig.scope().outbox.cancel(rowId)).toBe(true);
    expect(rig.shown()).toEqual(['a.bin:cancelled', 'after:queued']);
    expect(transfers(rig)).toEqual([]);
    await rig.ready();
    expect(rig.shown()).toEqual(['a.bin:cancelled', 'after:sent']);
    expect(rig.link.uploads).toEqual([]);
    await rig.scope().outbox.retry(rowId);
    await settle();
    expect(rig.shown()).toEqual(['after:sent', 'a.bin:sent']);
    expect(rig.link.resets).toEqual([]);
  });

  it.each([0.1, 0.5, 0.99])(
    'that is written to %d of it takes the connection along, and nothing of it stays',
    async (share) => {
      const rig = await createScopeRig();
      await rig.ready();
      const goOn = holdUploadAt(rig, Math.floor(large.length * share) - 65_536);
      const { rowId } = await rig.sendFile('a.bin', large);
      await sendAll(rig, ['after'], ben);
      expect(await rig.scope().outbox.cancel(rowId)).toBe(true);
      await goOn();
      expect(rig.link.resets).toEqual(['cancelled']);
      expect(rig.shown()).toEqual(['a.bin:cancelled']);
      await comeBack(rig);
      expect(rig.shown(ben)).toEqual(['after:sent']);
      expect(rig.rows.map(({ content }) => content)).toEqual(['after']);
      expect(rig.link.uploads).toEqual([]);
      // It was on its way: the server is asked before it goes again.
      await rig.scope().outbox.retry(rowId);
      await rig.clock.advance(3_500);
      expect(rig.shown()).toEqual(['a.bin:sent']);
    },
  );

  it('while the store notes that its turn has come keeps it from being written', async () => {
    const rig = await createScopeRig();
    const { rowId } = await rig.sendFile('a.bin', large);
    const release = rig.store.hold();
    rig.link.ready();
    await settle();
    const cancelled = rig.scope().outbox.cancel(rowId);
    release();
    expect(await cancelled).toBe(true);
    await settle();
    expect(rig.shown()).toEqual(['a.bin:cancelled']);
    expect(rig.link.uploads).toEqual([]);
    expect(rig.link.resets).toEqual([]);
  });

  it('is too late once it is written whole, and nothing for a text', async () => {
    const rig = await createScopeRig();
    const text = await rig.send('text');
    expect(await rig.scope().outbox.cancel(text.rowId)).toBe(false);
    await rig.ready();
    rig.link.onUploaded = rig.keepFile;
    const { rowId, messageId } = await rig.sendFile('a.bin', large);
    await settle();
    // So nothing offers it any more.
    expect(transfers(rig)).toEqual([]);
    expect(await rig.scope().outbox.cancel(rowId)).toBe(false);
    rig.acknowledge(messageId);
    await settle();
    expect(rig.shown()).toEqual(['text:sent', 'a.bin:sent']);
    expect(await rig.scope().outbox.cancel(rowId)).toBe(false);
  });

  it('is offered again once it is in doubt whether the server has it', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onUploaded = () => {};
    const { rowId } = await rig.sendFile('a.bin', large);
    await settle();
    await rig.lose();
    expect(transfers(rig)).toEqual(['waiting 0/1000000']);
    expect(await rig.scope().outbox.cancel(rowId)).toBe(true);
    await comeBack(rig);
    expect(rig.shown()).toEqual(['a.bin:cancelled']);
    expect(rig.link.uploads).toHaveLength(1);
  });

  it('by deleting its message ends the writing too', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    const goOn = holdUploadAt(rig, 500_000);
    const { rowId } = await rig.sendFile('a.bin', large);
    await settle();
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    await goOn();
    expect(rig.shown()).toEqual([]);
    expect(rig.link.resets).toEqual(['cancelled']);
    await comeBack(rig);
    expect(rig.link.uploads).toEqual([]);
    expect(transfers(rig)).toEqual([]);
  });
});

it('a file that is written anew can be cancelled although the first writing of it ends only now', async () => {
  const ends: ((end: UploadEnd) => void)[] = [];
  const uploads = createUploads({
    self: me,
    link: { upload: () => new Promise((resolve) => void ends.push(resolve)) },
    blobs: { read: async function* () {} },
    board: { start: () => {}, advance: () => {}, end: () => {} },
    clock: createFakeClock(),
    maxFileBytes: () => 10,
    onWritten: () => {},
    park: async () => {},
  });
  const item = newlyQueued({
    rowId: rowIdOf(1),
    peerId: ben,
    messageId: messageId(1),
    kind: 'file',
    text: 'a.bin',
    attachment: { blobId: blobId('a'.repeat(64)), sizeBytes: 10 },
    state: 'in-flight',
  });
  void uploads.run(item);
  void uploads.run(item);
  ends[0]?.('cut-off');
  await settle();
  expect(uploads.stop(item.rowId)).toBe(true);
});
