import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { appError, type AppError } from '../../../src-shared/kernel/app-error.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import type { LogView } from './log-view.ts';
import { maxLoadedRows, withTrimmed, type PageEdge, type ScrollAnchor } from './message-pages.ts';
import { loadEdge, loadWindow } from './messages-actions.ts';
import { withAnchor, withPages, type MessagesStore } from './messages-store.ts';
import type { ReadTracker } from './read-tracker.ts';

/** What the list of one conversation, its rows and its menu can ask for. */
export type LogActions = {
  readonly copy: (text: string) => void;
  readonly openLink: (href: string) => void;
  readonly retry: (message: MessageView) => void;
  readonly delete: (message: MessageView) => void;
  readonly askToDelete: (message: MessageView) => void;
  readonly showDetails: (message: MessageView) => void;
  readonly loadEdge: (edge: PageEdge) => void;
  readonly loadNewest: () => void;
  /** Fetches the window again where it is, after positions changed. */
  readonly refetch: () => void;
  /** What is on screen now. */
  readonly view: (view: LogView) => void;
  /** The list goes away. `anchor` is null at the bottom. */
  readonly leave: (anchor: ScrollAnchor | null) => void;
};

type LogActionsDeps = {
  readonly store: MessagesStore;
  readonly bridge: Bridge;
  readonly peerId: UserId;
  readonly markRead: ReadTracker['show'];
  readonly ask: (question: { readonly about: 'delete' | 'details'; readonly message: MessageView }) => void;
  /** Says why the last thing did not work; null: it did. */
  readonly report: (error: AppError | null) => void;
  readonly onDeleted: (message: MessageView) => void;
};

/** The actions of one open conversation. */
export function createLogActions(deps: LogActionsDeps): LogActions {
  const { store, bridge, peerId, markRead, ask, report } = deps;
  const context = { store, bridge };
  let lastAnchor: ScrollAnchor | null = null;
  const run = async (
    doing: Promise<{ ok: true } | { ok: false; error: AppError }>,
    onDone: () => void = () => {},
  ): Promise<void> => {
    const result = await doing;
    report(result.ok ? null : result.error);
    if (result.ok) onDone();
  };
  return {
    copy: (text) => {
      navigator.clipboard.writeText(text).then(
        () => report(null),
        () => report(appError('unexpected')),
      );
    },
    openLink: (url) => void run(bridge['links:open']({ url })),
    retry: ({ rowId }) => void run(bridge['messages:retry']({ rowId })),
    delete: (message) => void run(bridge['messages:delete']({ rowId: message.rowId }), () => deps.onDeleted(message)),
    askToDelete: (message) => ask({ about: 'delete', message }),
    showDetails: (message) => ask({ about: 'details', message }),
    loadEdge: (edge) => void loadEdge(context, peerId, edge),
    loadNewest: () => void loadWindow(context, peerId, 'bottom', false),
    refetch: () => void loadWindow(context, peerId, lastAnchor ?? 'bottom', false),
    view: (view) => {
      const pages = store.getState().byPeer.get(peerId);
      lastAnchor = view.isAtBottom && pages?.hasNewer === false ? null : view.anchor;
      markRead(view.unreadRowIds, view.isAtBottom);
      if (pages === undefined || pages.rows.length <= maxLoadedRows) return;
      const middle = pages.rows.findIndex((row) => row.rowId === view.middleRowId);
      if (middle >= 0) store.setState((state) => withPages(state, peerId, (now) => withTrimmed(now, middle)));
    },
    leave: (anchor) => store.setState((state) => withAnchor(state, peerId, anchor)),
  };
}
