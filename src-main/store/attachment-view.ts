import type { MessageKind } from '../../src-shared/domain/message.ts';
import type { AttachmentView } from '../../src-shared/ipc/attachment-views.ts';

/** What the window is told of a message's bytes; null for texts. */
export function attachmentOf(kind: MessageKind): AttachmentView | null {
  if (kind === 'text') return null;
  return { blobId: null, thumbId: null, width: null, height: null, source: 'none', foreignHost: '' };
}
