import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { PlainSource } from './plain-files.ts';

/** Whether a file of the disk holds just these bytes. Reads both side by side, a piece at a time. */
export async function isSameContent(filePath: string, source: PlainSource): Promise<boolean> {
  const found = await lstat(filePath).catch(() => null);
  if (found?.isFile() !== true || found.size !== source.sizeBytes) return false;
  const pieces = source.read()[Symbol.asyncIterator]();
  let rest = new Uint8Array();
  const stream = createReadStream(filePath);
  try {
    for await (const chunk of stream) {
      let bytes = chunk as Uint8Array;
      while (bytes.length > 0) {
        if (rest.length === 0) rest = new Uint8Array((await pieces.next()).value ?? []);
        const length = Math.min(bytes.length, rest.length);
        if (length === 0 || Buffer.compare(bytes.subarray(0, length), rest.subarray(0, length)) !== 0) return false;
        bytes = bytes.subarray(length);
        rest = rest.subarray(length);
      }
    }
    return true;
  } catch (error) {
    // A file that cannot be read is not shown as ours; bytes of ours that cannot be read are the caller's to tell.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  } finally {
    stream.destroy();
    await pieces.return?.();
  }
}
