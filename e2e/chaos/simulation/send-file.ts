import { stagedId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { BlobStore } from '../../../src-main/files/blob-store.ts';
import type { AccountScope } from '../../../src-main/session/account-scope-types.ts';
import type { WriteOp } from './checker.ts';

/** Sends a file of this write's own, from some bytes to some kilobytes. They are in the spool first, as after Send was pressed. */
export async function sendFile(
  scope: AccountScope,
  blobs: BlobStore,
  op: WriteOp & { readonly command: string },
): Promise<MessageView> {
  const bytes = Buffer.from(`what write ${op.index} is about `.repeat(1 + 7 * (op.index % 40)));
  const stored = await blobs.write(inPieces(bytes), { maxBytes: bytes.length });
  if (!stored.ok) throw new Error(stored.error);
  const ids = { stagedId: stagedId(op.command), peerId: userId(op.peer) };
  const facts = { ...stored.value, kind: 'file', name: op.text, width: null, height: null } as const;
  return scope.outbox.sendAttachment({ ...ids, ...facts });
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
