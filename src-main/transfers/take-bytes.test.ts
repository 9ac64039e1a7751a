import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowId, serverUrl, userId, type BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { png } from '../../src-shared/media/testing/sample-images.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { bytesOf, createBlobRig, isSame, noLimit, readAll, source } from '../files/testing/blob-rig.ts';
import { StoreFailure, type Store } from '../ports.ts';
import type { AttachmentSource } from '../store/operations.ts';
import type { FileToFetch } from './fetch-file.ts';
import { lasting } from './fetch-fault.ts';
import { createTakeBytes, type TakeInput } from './take-bytes.ts';

type SetBlob = Parameters<Store['setBlob']>[0];

const image = Buffer.concat([png(30, 20), bytesOf(600_000)]);
const sha256 = createHash('sha256').update(image).digest('hex');

let rig: ReturnType<typeof createBlobRig>;
let blobs: BlobStore;
beforeEach(async () => {
  rig = createBlobRig();
  blobs = await rig.open();
});
afterEach(async () => {
  await blobs.dispose();
  rig.remove();
});

/** A message whose bytes are where `attachment` says: inline ones are `inlined`, others come from `fetchFile`. */
function taking(
  attachment: Partial<AttachmentSource> | null,
  world: { inlined?: Uint8Array; damagedAt?: number; isConnected?: boolean; fetched?: 'too-large' } = {},
) {
  const { inlined = image, damagedAt = Infinity, isConnected = true } = world;
  const fetches: FileToFetch[] = [];
  const noted: SetBlob[] = [];
  const told: number[] = [];
  let published = 0;
  const take = createTakeBytes({
    serverUrl: serverUrl('wss://chat.example'),
    store: {
      getAttachment: async ({ rowId: row }) =>
        attachment === null
          ? null
          : {
              rowId: row,
              peerId: userId(2),
              isMine: false,
              messageKind: 'image',
              name: 'a.png',
              sizeBytes: null,
              sha256: null,
              blobId: null,
              source: { kind: 'inline' },
              ...attachment,
            },
      readInline: async ({ offset, maxBytes }) => {
        if (offset >= damagedAt) return 'invalid';
        const bytes = inlined.subarray(offset, offset + maxBytes);
        return { bytes, isEnd: offset + bytes.length >= inlined.length };
      },
      setBlob: async (input) => {
        noted.push(input);
        return {
          people: [],
          conversations: [],
          removedConversations: [],
          messages: [],
          removedMessages: [],
          reordered: [],
        };
      },
    },
    blobs,
    fetchFile: async (file) => {
      fetches.push(file);
      if (world.fetched === 'too-large') return err(lasting('file-too-large'));
      return blobs.write(source(image), noLimit) as Promise<Result<never, never>>;
    },
    isConnected: () => isConnected,
    publish: () => void (published += 1),
  });
  const run = (change: Partial<TakeInput> = {}) =>
    take({
      rowId: rowId(7),
      isAsked: false,
      signal: new AbortController().signal,
      onStart: () => void told.push(-1),
      onBytes: (doneBytes) => void told.push(doneBytes),
      ...change,
    });
  return { run, fetches, noted, told, published: () => published };
}
const code = (result: Result<BlobId, { code: string }>): string => (result.ok ? 'ok' : result.error.code);

describe('bytes inside the message', () => {
  it('become a blob, with what the image says of itself', async () => {
    const { run, noted, told, fetches, published } = taking({ sizeBytes: image.length, sha256 });
    const taken = await run();
    if (!taken.ok) throw new Error(taken.error.code);
    expect(isSame(await readAll(blobs.read(taken.value)), image)).toBe(true);
    expect(noted).toEqual([{ rowId: 7, blobId: taken.value, sizeBytes: image.length, sha256, width: 30, height: 20 }]);
    expect([told[0], told.at(-1), published(), fetches]).toEqual([-1, image.length, 1, []]);
  });

  it('may be none: an empty file is a file', async () => {
    for (const sizeBytes of [null, 0]) {
      const { run, noted } = taking({ messageKind: 'file', sizeBytes }, { inlined: new Uint8Array() });
      const taken = await run({ isAsked: true });
      if (!taken.ok) throw new Error(taken.error.code);
      expect(await readAll(blobs.read(taken.value))).toHaveLength(0);
      expect(noted).toMatchObject([{ blobId: taken.value, sizeBytes: 0, width: null, height: null }]);
    }
  });

  it.each<[string, Partial<AttachmentSource>, Parameters<typeof taking>[1], string]>([
    ['cannot be read', {}, { damagedAt: 0 }, 'file-damaged'],
    ['cannot be read to the end', {}, { damagedAt: 300_000 }, 'file-damaged'],
    ['are nothing, but should be something', { sizeBytes: 5 }, { inlined: new Uint8Array() }, 'file-damaged'],
    ['are not as many as was said', { sizeBytes: 5 }, {}, 'file-damaged'],
    ['have another hash', { sha256: 'a'.repeat(64) }, {}, 'file-damaged'],
    ['are more than comes by itself', {}, { inlined: new Uint8Array(20_000_001) }, 'file-too-large'],
  ])('that %s are no file', async (_what, attachment, world, expected) => {
    const { run, noted } = taking(attachment, world);
    expect(code(await run())).toBe(expected);
    expect(noted).toEqual([]);
  });

  it('may be more where somebody asks for them', async () => {
    const { run } = taking({ messageKind: 'file' }, { inlined: new Uint8Array(20_000_001) });
    expect(code(await run({ isAsked: true }))).toBe('ok');
  });

  it('that are no image have no dimensions, whatever the message says they are', async () => {
    const page = new TextEncoder().encode('<html><script>1</script>');
    const { run, noted } = taking({ messageKind: 'image' }, { inlined: page });
    expect(code(await run())).toBe('ok');
    expect(noted[0]).toMatchObject({ width: null, height: null });
    const file = taking({ messageKind: 'file' });
    await file.run();
    expect(file.noted[0]).toMatchObject({ width: null, height: null });
  });

  it('are not taken where it was cancelled or the store is away', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(code(await taking({}).run({ signal: stop.signal }))).toBe('cancelled');
    const away = taking({});
    const failing = away.run({
      onStart: () => {
        throw new StoreFailure('disk-full', 'full');
      },
    });
    expect(code(await failing)).toBe('disk-full');
  });
});

describe('bytes elsewhere', () => {
  it('come from the server itself, with the limit for what nobody asked for', async () => {
    for (const where of [
      { kind: 'own', pathOrUrl: '/files/a' },
      { kind: 'own', pathOrUrl: 'https://chat.example/files/a' },
      { kind: 'url', url: 'https://chat.example/files/a' },
    ] as const) {
      const { run, fetches } = taking({ source: where, sizeBytes: 5, sha256 });
      expect(code(await run())).toBe('ok');
      expect(fetches).toEqual([
        {
          rowId: 7,
          url: new URL('https://chat.example/files/a'),
          isOwn: true,
          isAsked: false,
          sizeBytes: 5,
          sha256,
          maxBytes: 20_000_000,
        },
      ]);
      await run({ isAsked: true });
      expect(fetches[1]?.maxBytes).toBe(500_000_000);
    }
  });

  it.each<AttachmentSource['source']>([
    { kind: 'url', url: 'https://evil.example/a.png' },
    // The store may take another host for the server; here it is looked at again.
    { kind: 'own', pathOrUrl: 'https://evil.example/a.png' },
    { kind: 'own', pathOrUrl: '//evil.example/a.png' },
    { kind: 'url', url: 'http://chat.example/a.png' },
  ])('on another host ($kind) are not fetched unless somebody asks, and then as foreign', async (where) => {
    const { run, fetches } = taking({ source: where });
    expect(code(await run())).toBe('not-a-file');
    expect(fetches).toEqual([]);
    await run({ isAsked: true });
    for (const file of fetches) expect(file.isOwn).toBe(false);
    expect(fetches).toHaveLength('pathOrUrl' in where && where.pathOrUrl.startsWith('//') ? 0 : 1);
  });

  it.each<AttachmentSource['source']>([
    { kind: 'none' },
    { kind: 'url', url: 'file:///etc/passwd' },
    { kind: 'own', pathOrUrl: '\\\\host\\share' },
  ])('that nobody can fetch are none', async (where) => {
    const { run, fetches } = taking({ source: where });
    expect(code(await run({ isAsked: true }))).toBe('not-a-file');
    expect(fetches).toEqual([]);
  });

  it('wait for the connection to their own server, not for that of another one', async () => {
    const own = taking({ source: { kind: 'own', pathOrUrl: '/a' } }, { isConnected: false });
    expect(await own.run({ isAsked: true })).toMatchObject({ error: { code: 'offline', needsServer: true } });
    const foreign = taking({ source: { kind: 'url', url: 'https://b.example/a' } }, { isConnected: false });
    expect(code(await foreign.run({ isAsked: true }))).toBe('ok');
    const inline = taking({}, { isConnected: false });
    expect(code(await inline.run())).toBe('ok');
  });

  it('say why they did not come', async () => {
    const { run, noted } = taking({ source: { kind: 'own', pathOrUrl: '/a' } }, { fetched: 'too-large' });
    expect(await run()).toMatchObject({ error: { code: 'file-too-large', needsServer: false } });
    expect(noted).toEqual([]);
  });
});

it('bytes that are here are not fetched again, those that are gone are', async () => {
  const stored = await blobs.write(source(image), noLimit);
  if (!stored.ok) throw new Error(stored.error);
  const { blobId } = stored.value;
  const { run, fetches } = taking({ blobId, source: { kind: 'own', pathOrUrl: '/a' } });
  expect(await run()).toEqual(ok(blobId));
  expect(fetches).toEqual([]);
  await blobs.remove([blobId]);
  expect(await run()).toEqual(ok(blobId));
  expect(fetches).toHaveLength(1);
});

it('a message that is not there has no bytes', async () => {
  expect(code(await taking(null).run())).toBe('not-found');
});
