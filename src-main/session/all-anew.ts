import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { Changes } from '../store/operations.ts';

/** As if all had changed: the window asks again for what it shows. @param shown whose conversations it may show. */
export function allAnew(
  { people, conversations }: Pick<Changes, 'people' | 'conversations'>,
  shown: readonly UserId[],
): Changes {
  const present = new Set(conversations.map(({ peerId }) => peerId));
  const all = [...new Set([...shown, ...present])];
  return {
    people,
    conversations,
    removedConversations: all.filter((peerId) => !present.has(peerId)),
    messages: [],
    removedMessages: [],
    reordered: all,
  };
}
