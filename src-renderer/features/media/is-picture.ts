import type { MessageView } from '../../../src-shared/ipc/views.ts';

/** Whether a message is a picture, as far as it is known: bytes that are here and have no size are none (safety T2). */
export function isPicture({ kind, attachment }: MessageView): boolean {
  return kind === 'image' && !(attachment?.source === 'here' && attachment.width === null);
}
