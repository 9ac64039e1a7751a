import { createStore, type StoreApi } from 'zustand/vanilla';
import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { NamedTransfer } from '../../src-shared/ipc/attachment-views.ts';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { SessionView, Snapshot } from '../../src-shared/ipc/views.ts';
import { createSessionStore, selectAccountKey, type SessionStore } from '../features/account/session-store.ts';
import { createConnectionStore, type ConnectionStore } from '../features/connection/connection-store.ts';
import { createSettingsStore, type SettingsStore } from '../features/settings/settings-store.ts';
import { createGate, type Gate } from './gate.ts';
import { createNoticesStore, withNotice, withoutNotice, type NoticesStore } from './notices-store.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export type App = {
  readonly bridge: Bridge;
  /** What does not change while the window is open, or is only needed for a first guess. */
  readonly facts: Pick<Snapshot, 'systemLocale' | 'platform' | 'profile' | 'servers'>;
  readonly session: SessionStore;
  readonly connection: ConnectionStore;
  readonly settings: SettingsStore;
  readonly notices: NoticesStore;
  readonly quitting: QuittingStore;
  /** The account's own stores; null while nobody is logged in. */
  readonly workspace: WorkspaceStore;
  readonly dispose: () => void;
};
/** What the person is asked about who wants to quit; null: they are not asked. */
export type QuittingStore = StoreApi<{ readonly asked: readonly NamedTransfer[] | null }>;
type WorkspaceStore = StoreApi<{ readonly current: Workspace | null }>;

/** The window's stores, filled from main and kept in step with it. Fails when main does not answer. */
export async function createApp(bridge: Bridge): Promise<Result<App>> {
  // Listening begins before the snapshot is asked for, so that nothing falls between the two.
  const gate = createGate();
  let app: App | undefined;
  const stops = listen(bridge, gate, () => app);
  const dispose = (): void => {
    for (const stop of stops) stop();
    const workspace = app?.workspace.getState().current;
    // Whoever types and leaves at once has a draft all the same (safety R38). Not where another account has taken this
    // one's place: main would take the draft for that one's.
    workspace?.composers.flush();
    workspace?.dispose();
  };
  const result = await askSnapshot(bridge);
  if (!result.ok) {
    dispose();
    return result;
  }
  const { systemLocale, platform, profile, servers, ...snapshot } = result.value.snapshot;
  app = {
    bridge,
    facts: { systemLocale, platform, profile, servers },
    session: createSessionStore(snapshot.session),
    connection: createConnectionStore(snapshot.connection),
    settings: createSettingsStore(snapshot.settings),
    notices: createNoticesStore(snapshot.notices),
    quitting: createStore<{ asked: readonly NamedTransfer[] | null }>(() => ({ asked: null })),
    workspace: createStore<{ current: Workspace | null }>(() => ({ current: null })),
    dispose,
  };
  openWorkspace(app, snapshot.session)?.load(result.value.snapshot, result.value.isPageWhole);
  gate.open();
  return ok(app);
}

/** Passes everything main says to the stores. The app is there once the gate is open. */
function listen(bridge: Bridge, gate: Gate, getApp: () => App | undefined): (() => void)[] {
  const workspace = (): Workspace | null | undefined => getApp()?.workspace.getState().current;
  return [
    bridge.on['session:changed'](gate.through((session) => followSession(getApp(), session))),
    bridge.on['connection:changed'](gate.through((connection) => getApp()?.connection.setState(connection, true))),
    bridge.on['settings:changed'](gate.through((settings) => getApp()?.settings.setState(settings, true))),
    bridge.on['app:noticed'](
      gate.through((notice) => getApp()?.notices.setState((state) => withNotice(state, notice))),
    ),
    bridge.on['app:noticeEnded'](
      gate.through((kind) => getApp()?.notices.setState((state) => withoutNotice(state, kind))),
    ),
    bridge.on['app:quitAsked'](gate.through((asked) => getApp()?.quitting.setState({ asked }))),
    bridge.on['contacts:changed'](gate.through((contacts) => workspace()?.receiveContacts(contacts))),
    bridge.on['conversations:upserted'](gate.through((list) => workspace()?.receiveConversations(list))),
    bridge.on['conversations:historyProgress'](
      gate.through((progress) => workspace()?.receiveHistoryProgress(progress)),
    ),
    bridge.on['transfers:progressed'](gate.through((transfers) => workspace()?.receiveTransfers(transfers))),
    bridge.on['conversations:removed'](gate.through((peerIds) => workspace()?.receiveRemovals(peerIds))),
  ];
}

/** Who is logged in changed, or something about them. Another account gets stores of its own, filled by a new snapshot. */
function followSession(app: App | undefined, session: SessionView): void {
  if (app === undefined) return;
  app.session.setState(session, true);
  const opened = openWorkspace(app, session);
  if (opened !== null) void loadWorkspace(app, opened);
}

/** Makes the stores of the session's account, unless they are the ones in use. @returns the new ones, if any. */
function openWorkspace(app: App, session: SessionView): Workspace | null {
  const accountKey = selectAccountKey(session);
  const { current } = app.workspace.getState();
  if (accountKey === (current?.accountKey ?? null)) return null;
  current?.dispose();
  const next = accountKey === null ? null : createWorkspace(app.bridge, accountKey);
  app.workspace.setState({ current: next });
  return next;
}

async function loadWorkspace(app: App, workspace: Workspace): Promise<void> {
  const result = await askSnapshot(app.bridge);
  if (!result.ok || app.workspace.getState().current !== workspace) return;
  const { snapshot, isPageWhole } = result.value;
  if (selectAccountKey(snapshot.session) === workspace.accountKey) workspace.load(snapshot, isPageWhole);
}

/** Messages that change while the snapshot is on its way may be missing in the page that comes with it. */
async function askSnapshot(bridge: Bridge): Promise<Result<{ snapshot: Snapshot; isPageWhole: boolean }>> {
  let isPageWhole = true;
  const stops = (['messages:upserted', 'messages:removed', 'messages:reordered'] as const).map((channel) =>
    bridge.on[channel](() => {
      isPageWhole = false;
    }),
  );
  const result = await bridge['app:getSnapshot']({});
  for (const stop of stops) stop();
  return result.ok ? ok({ snapshot: result.value, isPageWhole }) : result;
}
