import type { UserId } from '../src-shared/kernel/ids.ts';
import { encodeServerFrame } from '../src-shared/protocol/codec.ts';
import type { ServerFrame, WireMessage } from '../src-shared/protocol/frames.ts';
import type { Messages } from './messages.ts';

/** Messages in one piece of a reply: reading and encoding them stops the event loop for about 3 ms. */
const messagesPerPiece = 400;

const frameOf = (messages: readonly WireMessage[]): ServerFrame => ({
  kind: 'messages-loaded',
  messages,
  droppedRows: 0,
});

/** What the codec writes around the messages: the pieces of a long reply go between the two. */
const empty = encodeServerFrame(frameOf([]));
const head = empty.slice(0, empty.lastIndexOf('[') + 1);
const tail = empty.slice(head.length);

/**
 * A MESSAGES_LOADED in pieces that are read as they are taken, so that a history of any length neither fills the
 * memory nor stops the server. Messages that arrive meanwhile are not in it; they are pushed behind it.
 */
export function* historyPieces(messages: Messages, person: UserId, other: UserId): Generator<string> {
  const window = messages.window(person, other);
  let afterSeq = window.afterSeq;
  let separator = head;
  for (;;) {
    const page = messages.page(window, afterSeq, messagesPerPiece);
    const last = page.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
    const text = encodeServerFrame(frameOf(page.map((row) => row.message)));
    yield separator + text.slice(head.length, text.length - tail.length);
    separator = ',';
    if (page.length < messagesPerPiece) break;
  }
  yield separator === head ? empty : tail;
}
