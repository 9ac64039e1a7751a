import { appError } from '../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import type { ServerUrl } from '../src-shared/kernel/ids.ts';
import { countCodePoints } from '../src-shared/domain/code-points.ts';
import { maxTextCodePoints } from '../src-shared/domain/limits.ts';
import type { Notice, ProbeStep, Snapshot } from '../src-shared/ipc/views.ts';
import type { PlainFiles } from './attachments/plain-files.ts';
import { createAttachmentHandlers } from './attachments/attachment-handlers.ts';
import type { MainPorts } from './create-main.ts';
import type { Handlers } from './ipc-router.ts';
import { parseAllowedLink } from './platform/allowed-link.ts';
import type { Clock } from './ports.ts';
import type { AccountScope } from './session/account-scope-types.ts';
import type { Session } from './session/session-types.ts';
import type { SettingsService } from './settings/settings.ts';

export type HandlerDeps = {
  readonly clock: Clock;
  readonly ports: Pick<MainPorts, 'openExternal' | 'emit' | 'isScreenLocked' | 'onQuitAnswer'>;
  readonly session: Session;
  readonly settings: SettingsService;
  readonly plainFiles: PlainFiles;
  readonly snapshot: () => Promise<Snapshot>;
  readonly startLocalServer: () => Promise<Result<{ serverUrl: ServerUrl }>>;
  readonly probe: (
    address: string,
    onStep: (step: ProbeStep) => void,
  ) => Promise<Result<{ serverUrl: ServerUrl; isPlainPublic: boolean }>>;
  readonly dismissNotice: (kind: Notice['kind']) => void;
};

const done = ok({});
const emptied = (result: Result<void>): Result<Record<string, never>> => (result.ok ? done : result);

/** One handler for each request of the window; each a line or two, since the services do the work. */
export function createHandlers(deps: HandlerDeps): Handlers {
  const { session, settings } = deps;
  async function withScope<T>(work: (scope: AccountScope) => Promise<Result<T>>): Promise<Result<T>> {
    const scope = session.scope();
    return scope === null ? err(appError('not-signed-in')) : work(scope);
  }

  return {
    ...createAttachmentHandlers(withScope, deps.plainFiles),
    'app:getSnapshot': async () => ok(await deps.snapshot()),
    'app:dismissNotice': async ({ kind }) => {
      deps.dismissNotice(kind);
      return done;
    },
    'app:answerQuit': async ({ answer }) => {
      deps.ports.onQuitAnswer(answer);
      return done;
    },
    'history:retry': async () => {
      await session.retryHistory();
      return done;
    },
    'history:startNew': async () => emptied(await session.startNewHistory()),
    'settings:update': async (patch) => ok(await settings.update(patch)),
    'hosting:startLocal': () => deps.startLocalServer(),
    'servers:probe': ({ address, probeId }) =>
      deps.probe(address, (step) => deps.ports.emit('servers:probed', { probeId, step })),
    'session:register': (request) => session.register(request),
    'session:logIn': (credentials) => session.logIn(credentials),
    'session:logOut': async () => {
      await session.logOut();
      return done;
    },
    'connection:retryNow': async () => {
      session.link()?.retry();
      return done;
    },
    'contacts:add': ({ userId }) => withScope((scope) => scope.contacts.add(userId)),
    'contacts:delete': ({ userId }) => withScope(async (scope) => emptied(await scope.contacts.remove(userId))),
    'contacts:setBlocked': ({ userId, isBlocked }) =>
      withScope(async (scope) => {
        scope.publish(await scope.store.setBlocked({ userId, isBlocked }));
        return done;
      }),
    'conversations:clear': ({ peerId }) => withScope(async (scope) => emptied(await scope.clear(peerId))),
    'conversations:setViewed': ({ peerId }) =>
      withScope(async (scope) => {
        scope.setViewed(peerId);
        return done;
      }),
    'messages:getPage': (request) => withScope(async (scope) => ok(await scope.getPage(request))),
    'messages:sendText': ({ commandId, peerId, text }) =>
      withScope(async (scope) => {
        if (countCodePoints(text) > maxTextCodePoints) return err(appError('too-long'));
        return ok(await scope.outbox.sendText({ commandId, peerId, text }));
      }),
    'messages:retry': ({ rowId }) => withScope((scope) => scope.outbox.retry(rowId)),
    'messages:delete': ({ rowId }) =>
      withScope(async (scope) => {
        scope.publish(await scope.store.deleteMessage({ rowId, nowMs: deps.clock.nowMs() }));
        return done;
      }),
    'messages:listRemoved': (request) =>
      withScope(async ({ store }) => ok(await store.listRemoved({ ...request, nowMs: deps.clock.nowMs() }))),
    'messages:bringBack': ({ peerId, rowIds }) =>
      withScope(async (scope) => {
        scope.publish(await scope.store.bringBack({ peerId, rowIds, nowMs: deps.clock.nowMs() }));
        return done;
      }),
    'messages:markRead': ({ peerId, rowIds }) =>
      withScope(async (scope) => {
        if (deps.ports.isScreenLocked()) return err(appError('cancelled'));
        await scope.readMarks.mark(peerId, rowIds);
        return done;
      }),
    'drafts:save': ({ peerId, draft }) =>
      withScope(async (scope) => {
        scope.publish(await scope.store.saveDraft({ peerId, draft, nowMs: deps.clock.nowMs() }));
        return done;
      }),
    'search:find': (request) => withScope(async ({ store }) => ok(await store.search(request))),
    'links:open': async ({ url }) => {
      const allowed = parseAllowedLink(url);
      if (allowed === null) return err(appError('link-not-allowed'));
      await deps.ports.openExternal(allowed.href);
      return done;
    },
  };
}
