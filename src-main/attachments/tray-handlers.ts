import { countCodePoints } from '../../src-shared/domain/code-points.ts';
import { maxTextCodePoints } from '../../src-shared/domain/limits.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import type { Handlers } from '../ipc-router.ts';
import type { WithScope } from './attachment-handlers.ts';

type TrayHandlers = Pick<
  Handlers,
  | 'attachments:stage'
  | 'attachments:getTray'
  | 'attachments:unstage'
  | 'attachments:arrange'
  | 'attachments:setStaged'
  | 'attachments:send'
>;

/** One handler for each request about files on their way in. */
export function createTrayHandlers(withScope: WithScope): TrayHandlers {
  return {
    'attachments:stage': ({ peerId, files }) => withScope(async ({ tray }) => ok(await tray.stage(peerId, files))),
    'attachments:getTray': ({ peerId }) => withScope(async ({ tray }) => ok(await tray.get(peerId))),
    'attachments:unstage': ({ peerId, stagedIds }) =>
      withScope(async ({ tray }) => ok(await tray.unstage(peerId, stagedIds))),
    'attachments:arrange': ({ peerId, stagedIds }) =>
      withScope(async ({ tray }) => ok(await tray.arrange(peerId, stagedIds))),
    'attachments:setStaged': (request) => withScope(async ({ tray }) => ok(await tray.set(request))),
    'attachments:send': (request) =>
      withScope(async ({ tray }) =>
        countCodePoints(request.caption) > maxTextCodePoints ? err(appError('too-long')) : tray.send(request),
      ),
  };
}
