import type { StoreContext } from './context.ts';
import { selectMessages } from './message-rows.ts';
import type { StoreOperations } from './operations.ts';
import { kindCodes } from './schema.ts';

type MediaRequest = Parameters<StoreOperations['listMedia']>[0];
type Media = ReturnType<StoreOperations['listMedia']>;

/** Pictures or files of a conversation, the latest first. `kind <> 1 AND hidden = 0` is what its index holds. */
export function listMedia(context: StoreContext, { peerId, kind, before, limit }: MediaRequest): Media {
  const tail = `WHERE peer_id = ? AND kind = ? AND kind <> 1 AND hidden = 0 AND position < ?
    ORDER BY position DESC LIMIT ?`;
  for (;;) {
    const params = [peerId, kindCodes[kind], before ?? Number.MAX_SAFE_INTEGER, limit + 1];
    const { views, damagedCount } = selectMessages(context, tail, params);
    // Damaged rows are hidden now: what is asked again is full.
    if (damagedCount === 0) return { messages: views.slice(0, limit), hasMore: views.length > limit };
  }
}
