import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** The last write under way of each path: two writes of one file must not overtake each other. */
const lastWrites = new Map<string, Promise<void>>();

/**
 * Replaces a file's content as a whole: after a crash or power cut there is either the old content or the new,
 * never a part (safety §5.5). Mode 0600, folders are made with 0700. Writes of one path happen in the order asked for.
 * @param filePath absolute path, only ever written by this process.
 * @throws the file system's error (`ENOSPC`, `EACCES` …); the old content is untouched then.
 */
export function writeAtomic(filePath: string, bytes: Uint8Array): Promise<void> {
  // A failed write says so to its own caller, not to the next one.
  const previous = lastWrites.get(filePath) ?? Promise.resolve();
  const write = previous.catch(() => undefined).then(() => replace(filePath, bytes));
  lastWrites.set(filePath, write);
  const forget = (): void => {
    if (lastWrites.get(filePath) === write) lastWrites.delete(filePath);
  };
  write.then(forget, forget);
  return write;
}

/**
 * Reads a small file as a whole, at once: while the program starts, each turn of the event loop that a read waits for
 * costs more than the read.
 * @returns its bytes, or null when there is no such file.
 * @throws RangeError when it is larger than `maxBytes`, else the file system's error (`EISDIR`, `EACCES` …).
 */
// oxlint-disable-next-line typescript/require-await -- its errors are rejections, as those of writing are
export async function readIfExists(filePath: string, maxBytes: number): Promise<Uint8Array | null> {
  let file;
  try {
    file = openSync(filePath, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    if (fstatSync(file).size > maxBytes) throw new RangeError('file is larger than expected');
    return new Uint8Array(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

async function replace(filePath: string, bytes: Uint8Array): Promise<void> {
  const dir = path.dirname(filePath);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const temporary = `${filePath}.tmp`;
  try {
    // What a crash may have left here could have another mode, so it is never written into.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, filePath);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dir);
}

/** Makes the new name itself durable. Windows cannot sync a folder, and needs not to. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Whether the file system refused because there is no room. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
