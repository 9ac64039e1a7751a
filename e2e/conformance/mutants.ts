import { randomInt } from 'node:crypto';
import type { Part } from './run-conformance.ts';
import type { WireFrame } from './wire-client.ts';

/** Servers with one fault each, made of a right one by a proxy that changes frames on their way. */

/** One client's connection through the proxy. */
export type Link = {
  /** Who is logged in here, as the server said. */
  readonly person: () => number | null;
  readonly toServer: (frame: WireFrame) => void;
  readonly toClient: (frame: WireFrame) => void;
};

export type Rules = {
  /** What goes on to the server instead of a client's frame; an empty array swallows it. */
  readonly fromClient?: (frame: WireFrame, link: Link, links: ReadonlySet<Link>) => readonly WireFrame[];
  /** What goes on to the client instead of a server's frame. */
  readonly fromServer?: (frame: WireFrame, link: Link, links: ReadonlySet<Link>) => readonly WireFrame[];
};

export type Mutant = {
  readonly name: string;
  /** Where the kit must notice. */
  readonly part: Part;
  /** Part of a check's name, where running all of the part would take long. */
  readonly matching?: string;
  readonly createRules: () => Rules;
};

type Payload = Readonly<Record<string, unknown>>;
const payloadOf = ({ payload }: WireFrame): Payload =>
  typeof payload === 'object' && payload !== null ? (payload as Payload) : {};
const linkOf = (links: ReadonlySet<Link>, person: unknown) => [...links].find((link) => link.person() === person);

export const mutants: readonly Mutant[] = [
  {
    name: 'acknowledges another id than the one sent',
    part: 'messages',
    createRules: () => ({
      fromServer: (frame) => {
        const { messageId } = payloadOf(frame);
        return frame.type === 'MESSAGE_RECEIVED_SELF'
          ? [{ ...frame, payload: { messageId: Number(messageId) ^ 1 } }]
          : [frame];
      },
    }),
  },
  {
    name: 'delivers messages to everybody who is there',
    part: 'messages',
    createRules: () => ({
      fromServer(frame, link, links) {
        if (frame.type === 'MESSAGE_RECEIVED_OTHER') {
          for (const other of links) if (other !== link) other.toClient(frame);
        }
        return [frame];
      },
    }),
  },
  {
    name: 'fails a registration by name and without a word',
    part: 'account',
    createRules: () => ({
      fromServer: (frame) =>
        frame.type === 'REGISTER_SUCCESS' && 'error' in payloadOf(frame)
          ? [{ type: 'REGISTER_FAILURE', payload: {} }]
          : [frame],
    }),
  },
  {
    name: 'believes any senderId',
    part: 'authorisation',
    matching: 'SEND_MESSAGE, id other',
    createRules: () => ({
      fromClient(frame, link, links) {
        const sender = linkOf(links, payloadOf(frame)['senderId']);
        if (sender === undefined || sender === link) return [frame];
        sender.toServer(frame);
        return [];
      },
    }),
  },
  {
    name: "shows anybody's history to anybody",
    part: 'authorisation',
    matching: 'LOAD_MESSAGES, id other',
    createRules() {
      const askers = new Map<Link, Link>();
      return {
        fromClient(frame, link, links) {
          const owner = frame.type === 'LOAD_MESSAGES' ? linkOf(links, payloadOf(frame)['userId']) : undefined;
          if (owner === undefined || owner === link) return [frame];
          askers.set(owner, link);
          owner.toServer(frame);
          return [];
        },
        fromServer(frame, link) {
          const asker = frame.type === 'MESSAGES_LOADED' ? askers.get(link) : undefined;
          if (asker === undefined) return [frame];
          askers.delete(link);
          asker.toClient(frame);
          return [];
        },
      };
    },
  },
  {
    name: 'lets a connection go on after LOGOUT',
    part: 'authorisation',
    matching: 'LOAD_CONTACTS, id self, after LOGOUT',
    createRules: () => ({
      fromClient(frame, link) {
        if (frame.type !== 'LOGOUT') return [frame];
        link.toClient({ type: 'LOGOUT_SUCCESS', payload: {} });
        return [];
      },
    }),
  },
  {
    name: 'makes a second message of a repeated messageId',
    part: 'messages',
    createRules() {
      const seen = new Set<unknown>();
      const originals = new Map<unknown, unknown>();
      return {
        fromClient(frame) {
          const { messageId, ...payload } = payloadOf(frame);
          if (frame.type !== 'SEND_MESSAGE') return [frame];
          if (!seen.has(messageId)) {
            seen.add(messageId);
            return [frame];
          }
          const another = randomInt(1, 2 ** 31 - 1);
          originals.set(another, messageId);
          return [{ ...frame, payload: { messageId: another, ...payload } }];
        },
        fromServer(frame) {
          const original =
            frame.type === 'MESSAGE_RECEIVED_SELF' ? originals.get(payloadOf(frame)['messageId']) : undefined;
          return [original === undefined ? frame : { ...frame, payload: { messageId: original } }];
        },
      };
    },
  },
  {
    name: 'loses messages that nobody waits for',
    part: 'messages',
    createRules: () => ({
      fromClient(frame, link, links) {
        const { receiverId, messageId } = payloadOf(frame);
        if (frame.type !== 'SEND_MESSAGE' || linkOf(links, receiverId) !== undefined) return [frame];
        link.toClient({ type: 'MESSAGE_RECEIVED_SELF', payload: { messageId } });
        return [];
      },
    }),
  },
  {
    name: 'calls userName username in CONTACT_ADDED',
    part: 'contacts',
    createRules: () => ({
      fromServer(frame) {
        const { userName, ...payload } = payloadOf(frame);
        return [frame.type === 'CONTACT_ADDED' ? { ...frame, payload: { ...payload, username: userName } } : frame];
      },
    }),
  },
  {
    name: 'answers failures later than successes',
    part: 'contacts',
    createRules: () => ({
      fromServer(frame, link) {
        if (frame.type !== 'CONTACT_ADDED_FAILED') return [frame];
        setTimeout(() => link.toClient(frame), 50).unref();
        return [];
      },
    }),
  },
  {
    name: 'wraps the history in an object',
    part: 'messages',
    createRules: () => ({
      fromServer: (frame) => [
        frame.type === 'MESSAGES_LOADED' ? { ...frame, payload: { messages: frame.payload } } : frame,
      ],
    }),
  },
  {
    name: 'says by name that a history was cleared',
    part: 'messages',
    createRules: () => ({
      fromServer: (frame) => [
        frame.type === 'MESSAGE_RECEIVED_OTHER' && 'targetUserId' in payloadOf(frame)
          ? { ...frame, type: 'MESSAGES_CLEARED' }
          : frame,
      ],
    }),
  },
  {
    name: 'forgets what was read',
    part: 'messages',
    createRules: () => ({ fromClient: (frame) => (frame.type === 'MARK_READ' ? [] : [frame]) }),
  },
];
