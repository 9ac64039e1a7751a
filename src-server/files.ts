import { createHash } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { sanitizeFileName } from '../src-shared/domain/file-name.ts';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import type { UserId } from '../src-shared/kernel/ids.ts';
import { imageHeaderBytes, readImageHeader } from '../src-shared/media/image-header.ts';
import { imageMimes, imageTypeOf } from '../src-shared/media/sniff.ts';
import { createSliceDecoder } from '../src-shared/protocol/slices.ts';
import type { Database } from '../src-shared/sql/gateway.ts';
import type { Limits } from './limits.ts';

/** A file on disk. */
export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly sha256: string;
};

/** One that no message names yet. */
export type NewFile = StoredFile & {
  /** Of a picture as it is shown, so that its place can be kept; null: not known. */
  readonly shown: { readonly width: number; readonly height: number } | null;
};

export type StoreFault = 'damaged' | 'too-large' | 'quota';

/** Files and images: bytes on disk, the rest in the database. */
export type Files = {
  /** Removes what a crash left behind: half-written files, and files whose message was never committed. */
  sweep(): Promise<void>;
  /**
   * Writes slices of base64 to disk, synced, one slice in memory at a time.
   * `too-large` and `quota` are told before the disk is full of it.
   */
  store(owner: UserId, name: string, slices: Iterable<string | Uint8Array>): Promise<Result<NewFile, StoreFault>>;
  /** The message content that stands for a file (protocol reading, "Our server"). */
  contentOf(file: NewFile): string;
  /** Ties a file to its message. Runs inside the message's transaction. */
  insert(file: StoredFile, seq: number, senderId: UserId, receiverId: UserId): void;
  /** The file, if `person` has sent or received it. */
  find(id: string, person: UserId): (StoredFile & { readonly path: string }) | undefined;
  remove(ids: readonly string[]): Promise<void>;
};

type FilesPorts = {
  readonly db: Database;
  readonly dir: string;
  readonly limits: Limits;
  readonly randomBytes: (size: number) => Uint8Array;
};

const partial = '.part';

export function createFiles({ db, dir, limits, randomBytes }: FilesPorts): Files {
  const pathOf = (id: string): string => path.join(dir, id);
  const sum = (sql: string, params: readonly number[]): number => db.get<{ n: number }>(sql, params)?.n ?? 0;
  /** Bytes of uploads under way, which no table knows yet. */
  const underWay = new Map<UserId, number>();

  function reserve(owner: UserId, bytes: number): void {
    const left = (underWay.get(owner) ?? 0) + bytes;
    if (left === 0) underWay.delete(owner);
    else underWay.set(owner, left);
  }

  function roomFor(owner: UserId): number {
    const own = sum('SELECT coalesce(sum(size), 0) AS n FROM files WHERE sender_id = ?', [owner]);
    const all = sum('SELECT coalesce(sum(size), 0) AS n FROM files', []);
    let allUnderWay = 0;
    for (const bytes of underWay.values()) allUnderWay += bytes;
    return Math.min(
      limits.maxStoredBytesPerPerson - own - (underWay.get(owner) ?? 0),
      limits.maxStoredBytes - all - allUnderWay,
    );
  }

  return {
    async sweep() {
      const known = new Set(db.all<{ id: string }>('SELECT id FROM files').map((row) => row.id));
      for (const name of await readdir(dir)) if (!known.has(name)) await rm(pathOf(name), { force: true });
    },

    async store(owner, name, slices) {
      const room = roomFor(owner);
      const id = Buffer.from(randomBytes(32)).toString('base64url');
      const hash = createHash('sha256');
      const decoder = createSliceDecoder();
      const handle = await open(pathOf(id) + partial, 'wx', 0o600);
      let size = 0;
      const head = Buffer.alloc(imageHeaderBytes);
      let headBytes = 0;
      let isKept = false;

      async function write(bytes: Uint8Array): Promise<StoreFault | undefined> {
        if (bytes.length === 0) return undefined;
        if (size + bytes.length > limits.maxFileBytes) return 'too-large';
        if (size + bytes.length > room) return 'quota';
        if (headBytes < head.length) {
          head.set(bytes.subarray(0, head.length - headBytes), headBytes);
          headBytes = Math.min(head.length, headBytes + bytes.length);
        }
        hash.update(bytes);
        reserve(owner, bytes.length);
        size += bytes.length;
        await handle.writeFile(bytes);
        return undefined;
      }

      try {
        for (const slice of slices) {
          const bytes = decoder.push(slice);
          const fault = bytes.ok ? await write(bytes.value) : 'damaged';
          if (fault !== undefined) return err(fault);
        }
        const rest = decoder.end();
        const fault = rest.ok ? await write(rest.value) : 'damaged';
        if (fault !== undefined) return err(fault);
        await handle.sync();
        await handle.close();
        await rename(pathOf(id) + partial, pathOf(id));
        await syncFolder(dir);
        isKept = true;
        const sha256 = hash.digest('hex');
        return ok({ id, name: sanitizeFileName(name), size, sha256, ...lookAt(head.subarray(0, headBytes)) });
      } finally {
        reserve(owner, -size);
        if (!isKept) {
          await handle.close();
          await rm(pathOf(id) + partial, { force: true });
        }
      }
    },

    contentOf({ id, name, size, mime, sha256, shown }) {
      return JSON.stringify({ name, size, mime, sha256, ...shown, url: `/files/${id}` });
    },

    insert({ id, name, mime, size, sha256 }, seq, senderId, receiverId) {
      db.run(
        `INSERT INTO files (id, message_seq, sender_id, receiver_id, name, mime, size, sha256)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [id, seq, senderId, receiverId, name, mime, size, sha256],
      );
    },

    find(id, person) {
      const file = db.get<StoredFile>(
        'SELECT id, name, mime, size, sha256 FROM files WHERE id = ? AND ? IN (sender_id, receiver_id)',
        [id, person],
      );
      return file === undefined ? undefined : { ...file, path: pathOf(file.id) };
    },

    async remove(ids) {
      // What cannot be removed now is swept at the next start.
      for (const id of ids) await rm(pathOf(id), { force: true }).catch(() => undefined);
    },
  };
}

/** The longest side that is said: no picture that anybody shows is longer. */
const maxSide = 65_535;

/** What a file is, by its first bytes and never by its name (safety T2). */
function lookAt(head: Uint8Array): Pick<NewFile, 'mime' | 'shown'> {
  const type = imageTypeOf(head);
  if (type === null) return { mime: 'application/octet-stream', shown: null };
  const header = readImageHeader(head);
  const isSound = header !== null && header !== 'more' && Math.max(header.width, header.height) <= maxSide;
  return { mime: imageMimes[type], shown: isSound ? { width: header.width, height: header.height } : null };
}

/** Makes the new name itself durable. Windows cannot sync a folder, and does not need it. */
async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
