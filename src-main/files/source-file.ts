import { constants } from 'node:fs';
import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import type { StagedProblem } from '../../src-shared/domain/attachment.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';

/** What a file of the person's was when it was looked at. */
export type SourceState = { readonly sizeBytes: number; readonly modifiedMs: number };

/** A file of the person's, open for reading: a file and nothing else (safety T30). */
export type SourceFile = SourceState & {
  /** Up to `length` bytes from `start`; fewer at its end. @throws the file system's error. */
  readonly readAt: (start: number, length: number) => Promise<Uint8Array>;
  /**
   * All bytes, a piece at a time; the next overwrites the last.
   * @throws SourceFault where it cannot be read to its end, or is not what it was when it was opened.
   */
  readonly read: () => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
};

/** Why reading a file of the person's came to an end. */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  readonly problem: StagedProblem;
  constructor(problem: StagedProblem) {
    super(`a file is ${problem}`);
    this.problem = problem;
  }
}

const pieceBytes = 64 * 1024;
/** Windows has no pipes among its files. Elsewhere one must not hold up who opens it. */
// oxlint-disable-next-line typescript/no-unnecessary-condition -- undefined on Windows, whatever the types say
const withoutWaiting = constants.O_NONBLOCK ?? 0;

/**
 * Opens a file that the person named; a link is what it points to. Never throws.
 * @param expected what it was when they saw it; where it is not that any more, they have not seen what would go.
 */
export async function openSource(file: string, expected?: SourceState): Promise<Result<SourceFile, StagedProblem>> {
  let handle: FileHandle | null = null;
  try {
    // Before it is opened: opening a device may do something.
    const kind = kindProblem(await stat(file));
    if (kind !== null) return err(kind);
    handle = await open(file, constants.O_RDONLY | withoutWaiting);
    const first = await lookAt(handle);
    const problem = kindProblem(first) ?? (expected !== undefined && !isSame(first, expected) ? 'changing' : null);
    if (problem !== null) {
      await handle.close();
      return err(problem);
    }
    return ok(sourceFile(handle, first));
  } catch (error) {
    await handle?.close().catch(() => undefined);
    const problem = problemOf(error);
    // It is there, and what it points to is not.
    return err(problem === 'vanished' && (await isLink(file)) ? 'dead-link' : problem);
  }
}

const isLink = (file: string): Promise<boolean> =>
  lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

type Look = SourceState & {
  readonly mark: string;
  readonly isFile: () => boolean;
  readonly isDirectory: () => boolean;
};

/** Exactly: times in a double are too coarse to see a change. */
async function lookAt(handle: FileHandle): Promise<Look> {
  const found = await handle.stat({ bigint: true });
  return {
    sizeBytes: Number(found.size),
    modifiedMs: Number(found.mtimeMs),
    mark: [found.dev, found.ino, found.size, found.mtimeNs].join('/'),
    isFile: () => found.isFile(),
    isDirectory: () => found.isDirectory(),
  };
}

function sourceFile(handle: FileHandle, first: Look): SourceFile {
  const { sizeBytes, modifiedMs } = first;
  async function readInto(buffer: Uint8Array, start: number, length: number): Promise<Uint8Array> {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(buffer, done, length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }
  async function* read(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(pieceBytes, sizeBytes));
    try {
      for (let start = 0; start < sizeBytes;) {
        const piece = await readInto(buffer, start, Math.min(pieceBytes, sizeBytes - start));
        // Cut short meanwhile.
        if (piece.length === 0) throw new SourceFault('changing');
        start += piece.length;
        yield piece;
      }
      if ((await lookAt(handle)).mark !== first.mark) throw new SourceFault('changing');
    } catch (error) {
      throw error instanceof SourceFault ? error : new SourceFault(problemOf(error));
    }
  }
  return {
    sizeBytes,
    modifiedMs,
    readAt: (start, length) => readInto(new Uint8Array(length), start, length),
    read,
    close: () => handle.close().catch(() => undefined),
  };
}

function kindProblem(found: { isFile: () => boolean; isDirectory: () => boolean }): StagedProblem | null {
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? null : 'special';
}

function isSame(one: SourceState, other: SourceState): boolean {
  return one.sizeBytes === other.sizeBytes && one.modifiedMs === other.modifiedMs;
}

const problems: Readonly<Record<string, StagedProblem>> = {
  ENOENT: 'vanished',
  ENOTDIR: 'vanished',
  ENODEV: 'vanished',
  EISDIR: 'folder',
  // Links in a circle.
  ELOOP: 'dead-link',
  EACCES: 'not-allowed',
  EPERM: 'not-allowed',
  // What another program has to itself on Windows, or is being run.
  EBUSY: 'in-use',
  ETXTBSY: 'in-use',
  EAGAIN: 'in-use',
  // A pipe, or a socket, of which nothing can be read so.
  ENXIO: 'special',
  ESPIPE: 'special',
};

/**
 * Why the file system refused. Whatever it did not say clearly, the file cannot be read. macOS tells apart what the
 * person may not read from what this program may not.
 */
export function problemOf(error: unknown, platform: NodeJS.Platform = process.platform): StagedProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EPERM' && platform === 'darwin') return 'sandboxed';
  return problems[code] ?? 'unreadable';
}
