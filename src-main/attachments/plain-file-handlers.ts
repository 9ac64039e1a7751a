import { appError } from '../../src-shared/kernel/app-error.ts';
import type { RowId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { Handlers } from '../ipc-router.ts';
import type { AccountScope } from '../session/account-scope-types.ts';
import type { WithScope } from './attachment-handlers.ts';
import type { PlainFile, PlainFiles } from './plain-files.ts';

type PlainFileHandlers = Pick<
  Handlers,
  'attachments:saveAs' | 'attachments:open' | 'attachments:showInFolder' | 'attachments:startDrag'
>;

/** The requests that hand a file of a message to the person's other programs. */
export function createPlainFileHandlers(plain: PlainFiles, withScope: WithScope): PlainFileHandlers {
  const withFile = <T>(rowId: RowId, work: (file: PlainFile) => Promise<Result<T>>): Promise<Result<T>> =>
    withScope(async (scope) => {
      const attachment = await scope.store.getAttachment({ rowId });
      if (attachment === null) return err(appError('not-found'));
      return work({ name: attachment.name, fetch: () => fetchBytes(scope, rowId) });
    });
  const done = async (doing: Promise<Result<void>>): Promise<Result<Record<string, never>>> => {
    const result = await doing;
    return result.ok ? ok({}) : result;
  };
  return {
    'attachments:saveAs': ({ rowId }) =>
      withFile(rowId, async (file) => {
        const outcome = await plain.saveAs(file);
        return outcome.ok ? ok({ outcome: outcome.value }) : outcome;
      }),
    'attachments:open': ({ rowId }) => withFile(rowId, (file) => done(plain.open(file))),
    'attachments:showInFolder': ({ rowId }) => withFile(rowId, (file) => done(plain.showInFolder(file))),
    'attachments:startDrag': ({ rowId }) => withFile(rowId, (file) => done(plain.startDrag(file))),
  };
}

async function fetchBytes({ blobs, downloads }: AccountScope, rowId: RowId): ReturnType<PlainFile['fetch']> {
  const fetched = await downloads.fetch(rowId);
  if (!fetched.ok) return fetched;
  const blobId = fetched.value;
  const sizeBytes = await blobs.sizeOf(blobId);
  if (sizeBytes === null) return err(appError('file-damaged'));
  return ok({ blobId, sizeBytes, read: (range) => blobs.read(blobId, range) });
}
