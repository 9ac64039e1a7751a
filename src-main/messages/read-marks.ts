import type { MessageId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';

export type ReadMarks = {
  /** Notes that these were read, and tells the server, now or after the next log-in. */
  readonly mark: (peerId: UserId, rowIds: readonly RowId[]) => Promise<void>;
  /** MARK_READ has no reply: what no load has confirmed yet is told again (safety A22). */
  readonly resend: () => Promise<void>;
};

/** What I have read, and that the server learns of it. */
export function createReadMarks(deps: {
  readonly store: Pick<Store, 'markRead' | 'getUnconfirmedReads'>;
  readonly link: Pick<Link, 'send' | 'state'>;
  readonly publish: (changes: Changes) => void;
}): ReadMarks {
  const tell = async (messageIds: readonly MessageId[]): Promise<void> => {
    for (const messageId of messageIds) {
      if (deps.link.state().phase !== 'ready') return;
      await deps.link.send({ kind: 'mark-read', messageId });
    }
  };
  return {
    mark: async (peerId, rowIds) => {
      const changes = await deps.store.markRead({ peerId, rowIds });
      deps.publish(changes);
      await tell(changes.messages.filter((message) => message.senderId === peerId).map((message) => message.messageId));
    },
    resend: async () => tell(await deps.store.getUnconfirmedReads({})),
  };
}
