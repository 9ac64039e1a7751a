import type { RowId } from '../../src-shared/kernel/ids.ts';
import type { Store } from '../ports.ts';

/** Bytes asked of the store at once: a few milliseconds of its time. */
const pieceBytes = 256 * 1024;

/** What stands in the message where its bytes should be cannot be read as such. */
export class InlineDamaged extends Error {
  override readonly name = 'InlineDamaged';
}

/**
 * The bytes that came inside a message.
 * @throws InlineDamaged, or StoreFailure.
 */
export async function* readInline(store: Pick<Store, 'readInline'>, rowId: RowId): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ;) {
    const piece = await store.readInline({ rowId, offset, maxBytes: pieceBytes });
    if (piece === 'invalid') throw new InlineDamaged();
    if (piece.bytes.length > 0) yield piece.bytes;
    offset += piece.bytes.length;
    if (piece.isEnd) return;
  }
}
