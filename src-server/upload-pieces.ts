import type { UploadFrame } from '../src-shared/protocol/upload-frame.ts';

/** Base64 decoded and written at once: the event loop stands still for less than a millisecond. */
const pieceBytes = 256 * 1024;

/**
 * The base64 of an upload in pieces of bounded size, however it was sliced. They are views of the frame's own bytes,
 * which stay as they are for as long as somebody holds a piece.
 */
export function* uploadPieces(upload: UploadFrame): Generator<Uint8Array> {
  const slices: Uint8Array[] = [];
  upload.forEachSlice((slice) => slices.push(slice));
  for (const slice of slices) {
    for (let start = 0; start < slice.length; start += pieceBytes) yield slice.subarray(start, start + pieceBytes);
  }
}
