import { maxPastedBytes } from '../../src-shared/domain/attachment.ts';

/**
 * What main gets of a file that the page hands over. A `File` of the disk goes as its path, one that a page made as its
 * bytes: the page itself never names a path (T30). Where those are more than main takes they are not even read: it goes
 * as its name and size, and what cannot be read as its name, so that the tray says so and the files beside it go on.
 * @param pathOf the path of a `File`; "" where it has none.
 */
export async function handOver(file: unknown, pathOf: (file: File) => string): Promise<unknown> {
  if (!isFile(file)) return onlyBytes(file);
  const path = pathOf(file);
  if (path !== '') return { path };
  const { name, size } = file;
  if (size > maxPastedBytes) return { name, sizeBytes: size };
  try {
    return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return { name, isUnreadable: true };
  }
}

/** Said once more: older Electrons have a `File` of their own making. */
const isFile = (value: unknown): value is File => value instanceof File;

function onlyBytes(file: unknown): unknown {
  const { name, bytes } = file as { name: unknown; bytes: unknown };
  const isTooLarge = bytes instanceof Uint8Array && bytes.length > maxPastedBytes;
  return isTooLarge ? { name, sizeBytes: bytes.length } : { name, bytes };
}
