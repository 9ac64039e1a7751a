import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { rowId } from '../../../src-shared/kernel/ids.ts';
import { createFakeClock } from '../../connection/testing/fake-clock.ts';
import type { BlobStore } from '../../files/blob-store.ts';
import { bytesOf, createBlobRig, isSame, readAll } from '../../files/testing/blob-rig.ts';
import { createFetchFile, type FetchFile, type FileToFetch } from '../fetch-file.ts';
import { httpGet } from '../http-get.ts';
import { serving, startFileServer, stoppingAfter } from './file-server.ts';

export const bytes = bytesOf(300_000);
export const sha256 = createHash('sha256').update(bytes).digest('hex');

/** Fetching over real sockets into a real folder, from a server of ours and another one; both have {@link bytes}. */
export async function createFetchRig() {
  const disk = createBlobRig();
  const [server, other] = [await startFileServer(serving(bytes)), await startFileServer(serving(bytes))];
  const clock = createFakeClock();
  let blobs: BlobStore;
  let fetchFile: FetchFile;

  const rig = {
    server,
    other,
    clock,
    token: 'secret-token' as string | null,
    blobs: () => blobs,
    /** The program starts, on what the last one left. */
    restart: async (): Promise<void> => {
      await blobs?.dispose();
      blobs = await disk.open();
      fetchFile = createFetchFile({ get: httpGet, blobs, clock, token: () => rig.token });
    },
    own: (change: Partial<FileToFetch> = {}): FileToFetch => ({
      rowId: rowId(1),
      url: new URL('/files/a', server.origin),
      isOwn: true,
      isAsked: true,
      sizeBytes: bytes.length,
      sha256,
      maxBytes: 10_000_000,
      ...change,
    }),
    foreign: (change: Partial<FileToFetch> = {}): FileToFetch =>
      rig.own({ url: new URL('/b', other.origin), isOwn: false, sizeBytes: null, sha256: null, ...change }),
    run: (file: FileToFetch, signal = new AbortController().signal, onBytes: (done: number) => void = () => {}) =>
      fetchFile(file, signal, onBytes),
    /** Fetches from a server that sends so many bytes and hangs up once they are here. */
    cutOff: (file: FileToFetch, sentBytes: number, sent = bytes, tag?: string) => {
      const asked = file.isOwn ? server : other;
      asked.answer = stoppingAfter(sentBytes, sent, tag);
      let first: number | null = null;
      return rig.run(file, undefined, (done) => {
        first ??= done;
        if (done - first === sentBytes) asked.hangUp();
      });
    },
    /** What lies in the folder. */
    left: (): string[] => {
      try {
        return readdirSync(disk.dir);
      } catch {
        return [];
      }
    },
    expectWhole: async (fetched: Awaited<ReturnType<FetchFile>>): Promise<void> => {
      if (!fetched.ok) throw new Error(fetched.error.code);
      expect(fetched.value.sha256).toBe(sha256);
      expect(isSame(await readAll(blobs.read(fetched.value.blobId)), bytes)).toBe(true);
      expect(rig.left()).toEqual([fetched.value.blobId]);
    },
    remove: async (): Promise<void> => {
      await Promise.all([server.stop(), other.stop(), blobs.dispose()]);
      disk.remove();
    },
  };
  await rig.restart();
  return rig;
}
