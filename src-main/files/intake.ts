import path from 'node:path';
import type { StagedProblem } from '../../src-shared/domain/attachment.ts';
import { sanitizeFileName } from '../../src-shared/domain/file-name.ts';
import { mayHoldPlace } from '../../src-shared/media/hidden-data.ts';
import { headerOf } from './header-of.ts';
import { openSource, problemOf } from './source-file.ts';

/** What is known of a file before anything is done with it. */
export type Inspected = {
  /** Cleaned; as it will be sent. */
  readonly name: string;
  /** Null where it could not be found out. */
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
  /** `image`: its bytes begin as a PNG, JPEG, GIF or WebP whose size can be told. */
  readonly kind: 'file' | 'image';
  readonly width: number | null;
  readonly height: number | null;
  /** There is place, camera or author in it, as far as its first bytes say. Of a `file`: there may be, by its kind. */
  readonly hasMetadata: boolean;
  /** Why it will not be sent; null: it will be. */
  readonly problem: StagedProblem | null;
};

const unknown = {
  sizeBytes: null,
  modifiedMs: null,
  kind: 'file',
  width: null,
  height: null,
  hasMetadata: false,
} as const;

/**
 * Looks at a file that the person dropped, pasted or picked. Never throws, never waits for a pipe, reads no more than
 * its head. On a network drive that is gone it may never end.
 * @param file as the system gave it; a link is what it points to, under its own name.
 * @param maxBytes what the server takes in one file.
 */
export async function inspectFile(file: string, maxBytes: number): Promise<Inspected> {
  const name = sanitizeFileName(path.basename(file));
  const opened = await openSource(file);
  if (!opened.ok) return { ...unknown, name, problem: opened.error };
  const { sizeBytes, modifiedMs, readAt, close } = opened.value;
  const problem = sizeProblem(sizeBytes, maxBytes);
  try {
    const seen = await seenOf(sizeBytes, readAt);
    return { name, sizeBytes, modifiedMs, ...seen, problem };
  } catch (error) {
    return { ...unknown, name, sizeBytes, modifiedMs, problem: problem ?? problemOf(error) };
  } finally {
    await close();
  }
}

/** The same for bytes that have no file: a pasted picture, a long text. */
export async function inspectBytes(name: string, bytes: Uint8Array, maxBytes: number): Promise<Inspected> {
  return {
    name: sanitizeFileName(name),
    sizeBytes: bytes.length,
    modifiedMs: null,
    ...(await seenOf(bytes.length, async (start, length) => bytes.subarray(start, start + length))),
    problem: sizeProblem(bytes.length, maxBytes),
  };
}

/** The same for bytes that are too many for the window to hand over. */
export function inspectTooLarge(name: string, sizeBytes: number): Inspected {
  return { ...unknown, name: sanitizeFileName(name), sizeBytes, problem: 'too-large-to-paste' };
}

/** The same for what could not be looked at. */
export function inspectUnread(name: string, problem: StagedProblem): Inspected {
  return { ...unknown, name: sanitizeFileName(name), problem };
}

async function seenOf(
  sizeBytes: number,
  readAt: (start: number, length: number) => Promise<Uint8Array>,
): Promise<Pick<Inspected, 'kind' | 'width' | 'height' | 'hasMetadata'>> {
  const header = await headerOf(sizeBytes, readAt);
  if (header === null) {
    const hasMetadata = mayHoldPlace(await readAt(0, Math.min(64, sizeBytes)));
    return { kind: 'file', width: null, height: null, hasMetadata };
  }
  return { kind: 'image', width: header.width, height: header.height, hasMetadata: header.hasMetadata };
}

function sizeProblem(sizeBytes: number, maxBytes: number): StagedProblem | null {
  if (sizeBytes === 0) return 'empty';
  return sizeBytes > maxBytes ? 'too-large' : null;
}
