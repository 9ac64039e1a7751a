import type { Dial } from '../../../src-main/connection/dialer.ts';
import type { Store } from '../../../src-main/ports.ts';
import type { Flaw } from './program.ts';

type Payload = { readonly messageId?: number; readonly id?: number };
type Frame = { readonly type: string; readonly payload: Payload | readonly Payload[] };

/**
 * One that was deleted in flight is forgotten: so an unknown ack, its own, is taken for that of the one message that is
 * in flight then.
 */
export function forgettingStrays(): Flaw {
  /** Written on the present connection and not acknowledged. */
  const flying = new Set<number>();
  let isAnyForgotten = false;
  /** It names messages by the ids that they were given here. */
  let doesEcho = false;
  /** Ids that name something that was told of. */
  const known = new Set<number>();

  const store = (whole: Store): Store => {
    known.clear();
    doesEcho = false;
    return {
      ...whole,
      deleteMessage: async (input) => {
        const deleted = (await whole.getOutbox({})).find(({ rowId }) => rowId === input.rowId);
        const changes = await whole.deleteMessage(input);
        if (deleted !== undefined) isAnyForgotten = flying.delete(deleted.messageId) || isAnyForgotten;
        return changes;
      },
    };
  };

  const dial =
    (whole: Dial): Dial =>
    (url, events) => {
      flying.clear();
      isAnyForgotten = false;
      const socket = whole(url, { ...events, frame: (bytes) => events.frame(read(bytes)) });
      return {
        ...socket,
        write: (text) => {
          const { type, payload } = JSON.parse(text) as Frame;
          if (type === 'SEND_MESSAGE' && 'messageId' in payload) flying.add(payload.messageId);
          return socket.write(text);
        },
      };
    };

  function read(bytes: Uint8Array): Uint8Array {
    const { type, payload } = JSON.parse(Buffer.from(bytes).toString()) as Frame;
    for (const { id } of [payload].flat()) if (id !== undefined) known.add(id);
    if (type !== 'MESSAGE_RECEIVED_SELF' || !('messageId' in payload)) return bytes;
    const given = payload.messageId;
    const [only] = flying;
    doesEcho ||= flying.delete(given);
    if (doesEcho || known.has(given)) return bytes;
    known.add(given);
    const isTaken = isAnyForgotten && flying.size === 1;
    // The core finds the others out by itself.
    if (only !== undefined) flying.delete(only);
    if (!isTaken || only === undefined) return bytes;
    return Buffer.from(JSON.stringify({ type, payload: { messageId: only, id: given } }));
  }

  return { store, dial };
}
