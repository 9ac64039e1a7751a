import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { KeptRow, RunHistory, ShownRow, WriteOp } from './checker.ts';
import { pageOf } from './program.ts';
import { peers } from './schedule.ts';
import { me, type ServerRow, type SimulatedServer } from './server.ts';
import type { StoreHost } from './store-host.ts';

/** Puts what the server, the store and the window hold at the end into the checker's words. */
export function tellHistory(end: {
  readonly writes: readonly WriteOp[];
  readonly server: SimulatedServer;
  readonly host: StoreHost;
  readonly window: ReadonlyMap<number, MessageView>;
  readonly shownAsSent: ReadonlyMap<number, boolean>;
  readonly faults: readonly string[];
  readonly pending: number;
}): RunHistory {
  const { writes, server } = end;
  const fromHere = new Set(writes.flatMap(({ messageId }) => (messageId === null ? [] : [messageId])));
  for (const row of server.rows) if (row.from === 'this-device') fromHere.add(row.sentAs);
  const ownIds = new Map(server.rows.filter(({ from }) => from === 'this-device').map((row) => [row.id, row.sentAs]));

  const keyOfShown = (message: MessageView): string => {
    if (message.senderId !== me) return `row:${message.senderId}:${message.messageId}`;
    if (fromHere.has(message.messageId)) return `here:${message.messageId}`;
    const sentAs = ownIds.get(message.messageId);
    return sentAs === undefined ? `row:${me}:${message.messageId}` : `here:${sentAs}`;
  };
  const shown = (messages: readonly MessageView[]): ShownRow[] =>
    messages.map((message) => ({
      key: keyOfShown(message),
      says: `${message.senderId} says ${message.text}`,
      state: message.state,
      failure: message.failure,
    }));
  const inWindow = (peer: number): MessageView[] =>
    [...end.window.values()]
      .filter((message) => message.peerId === peer)
      .toSorted((one, other) => one.position - other.position);

  return {
    writes,
    kept: server.rows.map(keptRow),
    shownAsSent: [...end.shownAsSent].map(([messageId, wasKept]) => ({ messageId, wasKept })),
    conversations: new Map(peers.map((peer) => [peer, shown(pageOf(end.host, peer))])),
    believed: new Map(peers.map((peer) => [peer, shown(inWindow(peer))])),
    pending: end.pending,
    faults: end.faults,
  };
}

function keptRow(row: ServerRow): KeptRow {
  const isFromHere = row.from === 'this-device';
  return {
    key: isFromHere ? `here:${row.sentAs}` : `row:${row.senderId}:${row.id}`,
    sentAs: row.sentAs,
    peer: row.senderId === me ? row.receiverId : row.senderId,
    text: row.text,
    isFromHere,
    says: `${row.senderId} says ${row.text}`,
  };
}
