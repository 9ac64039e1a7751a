import { describe, expect, it } from 'vitest';
import { otherServerFileBytes } from '../../src-shared/domain/attachment.ts';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { bytesOf } from '../connection/testing/file-source.ts';
import type { ByteRange } from '../files/blob-reader.ts';
import { anna, ben, createScopeRig, type ScopeRig } from '../testing/scope-rig.ts';
import { earnTrust, sendAll } from '../testing/send-scripts.ts';
import { comeBack, cutUploadsAt, holdUploadAt, large, transfers } from '../testing/upload-scripts.ts';

describe('a file', () => {
  it('goes out from the spool, byte for byte, and is sent with its ack', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await rig.sendFile('a.bin', large);
    await settle();
    expect(rig.link.uploads).toHaveLength(1);
    expect(rig.link.uploads[0]).toMatchObject({ kind: 'send-file', name: 'a.bin', receiverId: anna });
    expect(Buffer.from(large).equals(rig.link.uploads[0]?.bytes ?? new Uint8Array())).toBe(true);
    expect(rig.shown()).toEqual(['a.bin:sent']);
    expect(transfers(rig)).toEqual([]);
  });

  it('waits for a connection, also over a restart', async () => {
    const rig = await createScopeRig();
    await rig.sendFile('a.bin', large);
    expect(rig.shown()).toEqual(['a.bin:queued']);
    expect(transfers(rig)).toEqual(['waiting 0/1000000']);
    await rig.restart();
    expect(transfers(rig)).toEqual(['waiting 0/1000000']);
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['a.bin:sent']);
    expect(rig.link.uploads).toHaveLength(1);
  });

  it('lets texts to others go first while it waits, and those behind it go after it in order', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    await rig.lose();
    await rig.sendFile('a.bin', large, anna);
    await sendAll(rig, ['a1', 'a2'], anna);
    await sendAll(rig, ['b1', 'b2'], ben);
    await rig.ready();
    expect(rig.rows.map((row) => (row.type === 'file' ? 'file' : row.content))).toEqual([
      'b1',
      'b2',
      'file',
      'a1',
      'a2',
    ]);
  });

  it('is alone on the line: texts written meanwhile are queued, and go once it is acknowledged', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    const goOn = holdUploadAt(rig, 500_000);
    await rig.sendFile('a.bin', large, anna);
    await settle();
    expect(transfers(rig)).toEqual(['running 524288/1000000']);
    await sendAll(rig, ['b'], ben);
    await sendAll(rig, ['a'], anna);
    expect(rig.shown(ben)).toEqual(['b:queued']);
    expect(rig.shown(anna)).toEqual(['a.bin:sending', 'a:queued']);
    expect(rig.written()).toEqual([]);
    await goOn();
    expect(rig.shown(ben)).toEqual(['b:sent']);
    expect(rig.shown(anna)).toEqual(['a.bin:sent', 'a:sent']);
  });

  it('is there once and whole after a connection that was cut anywhere in it', async () => {
    for (const cutBytes of [1, 65_536, 131_072, 500_000, 983_040]) {
      const rig = await createScopeRig();
      await rig.ready();
      cutUploadsAt(rig, cutBytes, 1);
      await rig.sendFile('a.bin', large);
      await settle();
      expect(rig.shown()).toEqual(['a.bin:sending']);
      await comeBack(rig);
      expect(rig.shown()).toEqual(['a.bin:sent']);
      expect(rig.rows).toHaveLength(1);
      expect(rig.link.uploads.map(({ bytes }) => Buffer.from(large).equals(bytes))).toEqual([true]);
    }
  });

  it('is there once and whole after ten connections that were cut here and there in it', async () => {
    for (const firstBytes of [950_000, 100_000]) {
      const rig = await createScopeRig();
      await rig.ready();
      await rig.sendFile('a.bin', large);
      await rig.lose();
      for (let cut = 0; cut < 10; cut += 1) {
        cutUploadsAt(rig, (firstBytes + cut * 330_000) % 1_000_000, 1);
        await comeBack(rig);
        expect(rig.shown()).toEqual(['a.bin:sending']);
      }
      await comeBack(rig);
      expect(rig.shown()).toEqual(['a.bin:sent']);
      expect(rig.rows).toHaveLength(1);
    }
  });

  it('bears ten connections that were cut at the same place in it, and is given up with the next', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    cutUploadsAt(rig, 500_000, 11);
    await rig.sendFile('a.bin', large);
    for (let cut = 1; cut <= 10; cut += 1) {
      await settle();
      expect(rig.shown()).toEqual(['a.bin:sending']);
      await comeBack(rig);
    }
    await comeBack(rig);
    expect(rig.shown()).toEqual(['a.bin:poison']);
    expect(rig.link.uploads).toEqual([]);
  });

  it('is parked as poison after three connections that ended over the whole of it', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onUploaded = () => rig.link.lose(1006);
    await rig.sendFile('a.bin', large);
    await settle();
    for (let round = 1; round <= 3; round += 1) await comeBack(rig);
    expect(rig.shown()).toEqual(['a.bin:poison']);
    expect(rig.link.uploads).toHaveLength(3);
  });

  it('is found on the server where its ack was lost, and not sent again', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onUploaded = (upload) => {
      rig.keepFile(upload);
      rig.link.lose();
    };
    await rig.sendFile('a.bin', large);
    await settle();
    await comeBack(rig);
    expect(rig.shown()).toEqual(['a.bin:sent']);
    expect(rig.link.uploads).toHaveLength(1);
    expect(transfers(rig)).toEqual([]);
  });

  it('gives the server time for its size before the missing ack is taken for a lost connection', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onUploaded = () => {};
    await rig.sendFile('a.bin', bytesOf(3_000_000));
    await settle();
    // 4 MB of base64 may be 160 s in the system's buffers.
    await rig.clock.advance(160_000);
    expect(rig.link.resets).toEqual([]);
    await rig.clock.advance(11_000);
    expect(rig.link.resets).toEqual(['timeout']);
  });

  it('does not take an ack that means something else for its own while it is being written', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    const goOn = holdUploadAt(rig, 500_000);
    await rig.sendFile('a.bin', large);
    await settle();
    rig.acknowledge(77);
    await settle();
    expect(rig.shown()).toEqual(['a.bin:sending']);
    await goOn();
    expect(rig.shown()).toEqual(['a.bin:sent']);
  });
});

/** The disk gives no more than so many bytes of any file at a time, so often. */
function refuseReads(rig: ScopeRig, after: number, times: number): void {
  const { read } = rig.blobs;
  let left = times;
  Object.assign(rig.blobs, {
    async *read(id: BlobId, range: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }) {
      const isRefused = left > 0;
      left -= 1;
      yield* read(id, isRefused ? { ...range, end: range.start + after } : range);
      if (isRefused) throw Object.assign(new Error('refused'), { code: 'EMFILE' });
    },
  });
}

describe('a file that the disk does not give at once', () => {
  it.each([0, 131_072])('is read on after a while, and goes out once (%i bytes a time)', async (after) => {
    const rig = await createScopeRig();
    refuseReads(rig, after, 3);
    await rig.ready();
    await rig.sendFile('a.bin', large);
    await settle();
    expect(rig.shown()).toEqual(['a.bin:sending']);
    await rig.clock.advance(7_500);
    expect(rig.shown()).toEqual(['a.bin:sent']);
    expect(rig.link.uploads).toHaveLength(1);
    expect(Buffer.from(large).equals(rig.link.uploads[0]?.bytes ?? new Uint8Array())).toBe(true);
    expect(rig.link.resets).toEqual([]);
  });

  it('is parked where it gives nothing of it for long, and can be cancelled meanwhile', async () => {
    const rig = await createScopeRig();
    refuseReads(rig, 0, 1_000);
    await rig.ready();
    await rig.sendFile('a.bin', large);
    await rig.clock.advance(7_500);
    expect(rig.shown()).toEqual(['a.bin:bytes-lost']);
    const { rowId } = await rig.sendFile('b.bin', bytesOf(100_000), ben);
    await settle();
    expect(await rig.scope().outbox.cancel(rowId)).toBe(true);
    await settle();
    expect(rig.shown(ben)).toEqual(['b.bin:cancelled']);
  });
});

describe('a file that cannot be sent', () => {
  it('is parked where its bytes are lost, and the others go on', async () => {
    const rig = await createScopeRig();
    await rig.sendFile('lost.bin', large, anna);
    rig.blobs.kept.clear();
    await rig.sendFile('good.bin', bytesOf(2_000_000), ben);
    await rig.ready();
    expect(rig.shown(anna)).toEqual(['lost.bin:bytes-lost']);
    expect(rig.shown(ben)).toEqual(['good.bin:sent']);
    expect(rig.link.resets).toEqual([]);
  });

  it('is parked at once where the server finds it too large, and what that taught is kept', async () => {
    const rig = await createScopeRig();
    expect(rig.scope().maxFileBytes()).toBe(otherServerFileBytes);
    await rig.ready();
    cutUploadsAt(rig, 500_000, 1, 1009);
    await rig.sendFile('a.bin', large);
    await rig.sendFile('b.bin', bytesOf(100_000), ben);
    await settle();
    expect(rig.shown()).toEqual(['a.bin:too-large']);
    // It had 524,288 bytes, and at most one slice more.
    expect(rig.scope().maxFileBytes()).toBe(524_288 + 49_152 - 1);
    await rig.restart();
    expect(rig.scope().maxFileBytes()).toBe(524_288 + 49_152 - 1);
    await comeBack(rig);
    expect(rig.shown(ben)).toEqual(['b.bin:sent']);
    expect(rig.shown()).toEqual(['a.bin:too-large']);
  });

  it('is not even begun where it is larger than what was learnt since it was queued, until a person asks again', async () => {
    const rig = await createScopeRig();
    await rig.sendFile('a.bin', large);
    const { rowId } = await rig.sendFile('b.bin', bytesOf(1_000_001), ben);
    cutUploadsAt(rig, 900_000, 1, 1009);
    await rig.ready();
    expect(rig.shown()).toEqual(['a.bin:too-large']);
    expect(rig.scope().maxFileBytes()).toBeLessThan(1_000_000);
    await comeBack(rig);
    expect(rig.shown(ben)).toEqual(['b.bin:too-large']);
    expect(rig.link.uploads).toEqual([]);
    expect(rig.link.link.state().phase).toBe('ready');
    // It takes more by now, and what that teaches is kept.
    await rig.scope().outbox.retry(rowId);
    await rig.clock.advance(3_500);
    expect(rig.shown(ben)).toEqual(['b.bin:sent']);
    expect(rig.scope().maxFileBytes()).toBe(1_000_001);
    await rig.restart();
    expect(rig.scope().maxFileBytes()).toBe(1_000_001);
  });

  it('is measured by what the server says of itself, where it says so', async () => {
    const rig = await createScopeRig();
    rig.link.maxFileBytes = 100_000_000;
    await rig.ready();
    expect(rig.scope().maxFileBytes()).toBe(100_000_000);
    // Another server in its place that says nothing is not expected to take more than any.
    rig.link.maxFileBytes = null;
    await rig.lose();
    await rig.ready();
    expect(rig.scope().maxFileBytes()).toBe(otherServerFileBytes);
  });

  it('is parked also where the store had to be asked twice', async () => {
    const rig = await createScopeRig();
    await rig.sendFile('lost.bin', large);
    rig.blobs.kept.clear();
    rig.store.fail('park', 'disk-full');
    await rig.ready();
    expect(rig.shown()).toEqual(['lost.bin:sending']);
    await rig.clock.advance(5_000);
    expect(rig.shown()).toEqual(['lost.bin:bytes-lost']);
  });
});
