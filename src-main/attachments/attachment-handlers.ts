import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { attachmentRequests } from '../../src-shared/ipc/attachment-channels.ts';
import type { Handlers } from '../ipc-router.ts';
import type { AccountScope } from '../session/account-scope-types.ts';
import { keepThumb } from './keep-thumb.ts';
import { createPlainFileHandlers } from './plain-file-handlers.ts';
import type { PlainFiles } from './plain-files.ts';
import { createTrayHandlers } from './tray-handlers.ts';

type AttachmentHandlers = Pick<Handlers, keyof typeof attachmentRequests | 'messages:listMedia'>;
/** Answers `not-signed-in` where no account is open. */
export type WithScope = <T>(work: (scope: AccountScope) => Promise<Result<T>>) => Promise<Result<T>>;

const done = ok({});

/** One handler for each request about files and images. */
export function createAttachmentHandlers(withScope: WithScope, plainFiles: PlainFiles): AttachmentHandlers {
  return {
    ...createPlainFileHandlers(plainFiles, withScope),
    ...createTrayHandlers(withScope),
    'attachments:download': ({ rowId }) =>
      withScope(async ({ downloads }) => {
        const fetched = await downloads.fetch(rowId);
        return fetched.ok ? done : fetched;
      }),
    'attachments:keepThumb': (thumb) => withScope((scope) => keepThumb(scope, thumb)),
    'messages:listMedia': (request) =>
      withScope(async (scope) => {
        const media = await scope.store.listMedia(request);
        scope.onShown(media.messages);
        return ok(media);
      }),
    'transfers:sendFirst': ({ rowId }) =>
      withScope(async ({ outbox }) => {
        // One whose turn has just come is first already.
        await outbox.sendFirst(rowId);
        return done;
      }),
    'transfers:cancel': ({ rowId }) =>
      withScope(async ({ downloads, outbox }) => {
        // One that has just come to its end needs no more.
        if (!(await outbox.cancel(rowId))) downloads.cancel(rowId);
        return done;
      }),
  };
}
