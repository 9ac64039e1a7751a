import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../files/atomic-file.ts';

/** More files of one name than anybody has; then something else is wrong. */
const maxNumber = 9_999;

export type PlainCopy = {
  readonly source: AsyncIterable<Uint8Array>;
  /** Made where it is not there. */
  readonly dir: string;
  /** One path segment that is safe to create. */
  readonly name: string;
  /** The person was asked about the file of this name. Else another name is found: " (1)", " (2)" … */
  readonly mayReplace: boolean;
  /** Of the file. The person's own mask applies. */
  readonly mode: number;
  /** Marks the file as one that came from elsewhere, before it gets its name (safety T7). */
  readonly mark: (filePath: string) => Promise<void>;
  /** Names what is written until it is whole. */
  readonly uuid: () => string;
};

/**
 * Writes a plain copy piece by piece. Nobody sees a part of it under its name, and what fails leaves nothing behind;
 * only a crash leaves a hidden `.part`. No file is ever written over but one that `mayReplace` names, and that as a whole.
 * @returns its absolute path.
 * @throws what the source throws, and the file system's errors (`ENOSPC`, `EACCES` …).
 */
export async function writePlainCopy(copy: PlainCopy): Promise<string> {
  await mkdir(copy.dir, { recursive: true });
  const part = path.join(copy.dir, `.${copy.uuid()}.part`);
  try {
    await writePart(part, copy);
    await copy.mark(part);
    if (!isWritable(copy.mode)) await chmod(part, copy.mode);
    const published = await publish(part, copy);
    // It is there. Some folders can be written into and not read, and some disks sync none.
    await syncFolder(copy.dir).catch(() => undefined);
    return published;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

const ownerWrites = 0o200;
const isWritable = (mode: number): boolean => (mode & ownerWrites) !== 0;

/** Writable until it is marked: Windows refuses to mark a file that is read-only. */
async function writePart(part: string, { source, mode }: PlainCopy): Promise<void> {
  const file = await open(part, 'wx', mode | ownerWrites);
  try {
    for await (const piece of source) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives what is written its name. */
async function publish(part: string, { dir, name, mayReplace }: PlainCopy): Promise<string> {
  if (mayReplace) {
    const target = path.join(dir, name);
    await rename(part, target);
    return target;
  }
  for (let number = 0; number <= maxNumber; number += 1) {
    const target = path.join(dir, numbered(name, number));
    // A name is taken by an empty file of ours first: renaming alone would write over what is there.
    if (!(await isTaken(target))) {
      try {
        await rename(part, target);
      } catch (error) {
        await rm(target, { force: true }).catch(() => undefined);
        throw error;
      }
      return target;
    }
  }
  throw new Error('no free name');
}

/** Takes a name where nobody has it. */
async function isTaken(target: string): Promise<boolean> {
  try {
    await (await open(target, 'wx', 0o600)).close();
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'EISDIR')) return true;
    throw error;
  }
}

/** `report.pdf`, `report (1).pdf` … */
function numbered(name: string, number: number): string {
  if (number === 0) return name;
  const { name: stem, ext } = path.parse(name);
  return `${stem} (${number})${ext}`;
}
