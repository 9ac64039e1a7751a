import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, type Result } from '../../src-shared/kernel/result.ts';
import type { attachmentRequests } from '../../src-shared/ipc/attachment-channels.ts';
import type { Handlers } from '../ipc-router.ts';

type AttachmentHandlers = Pick<Handlers, keyof typeof attachmentRequests | 'messages:listMedia'>;

/** One handler for each request about files and images. */
export function createAttachmentHandlers(): AttachmentHandlers {
  const nothingYet = async (): Promise<Result<never>> => err(appError('not-found'));
  return {
    'attachments:stage': nothingYet,
    'attachments:getTray': nothingYet,
    'attachments:unstage': nothingYet,
    'attachments:arrange': nothingYet,
    'attachments:setStaged': nothingYet,
    'attachments:send': nothingYet,
    'attachments:download': nothingYet,
    'attachments:keepThumb': nothingYet,
    'attachments:saveAs': nothingYet,
    'attachments:open': nothingYet,
    'attachments:showInFolder': nothingYet,
    'attachments:startDrag': nothingYet,
    'messages:listMedia': nothingYet,
    'transfers:cancel': nothingYet,
  };
}
