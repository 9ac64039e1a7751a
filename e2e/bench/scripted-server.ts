import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { contactOf, historyOf } from '../fixtures/history-plan.ts';
import type { SeededProfile } from '../fixtures/seeded-profile.ts';

/** Written from the protocol page for one person and no other: it says what a bench wants to be said, when it wants it. */
export type ScriptedServer = {
  readonly url: string;
  /** From now on it has these contacts and histories, as if they had been written through it. */
  readonly load: (profile: SeededProfile) => void;
  /** Says that a message came in, and keeps it. @returns milliseconds since 1970 just before it was written. */
  readonly push: (message: WireMessage) => number;
  /** Resolves when every history was asked for once since the last log-in. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const selfId = 1;
const pollMs = 50;

export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  /** The rows of each conversation as JSON, without the brackets: a long one is written down once only. */
  const histories = new Map<number, string>();
  const asked = new Set<number>();
  let contacts: readonly object[] = [];
  let current: WebSocket | null = null;

  const account = { userId: selfId, username: 'ann', email: 'someone@example.org', avatar: '', token: 'token' };
  function answer(type: unknown, payload: Record<string, unknown>): string | null {
    switch (type) {
      case 'REGISTER':
        return frame('REGISTER_SUCCESS', account);
      case 'LOGIN_BY_TOKEN':
        asked.clear();
        return frame('LOGIN_SUCCESS', account);
      case 'LOAD_CONTACTS':
        return frame('CONTACTS_LOADED', { contacts });
      case 'LOAD_MESSAGES':
        asked.add(Number(payload['targetId']));
        return `{"type":"MESSAGES_LOADED","payload":[${histories.get(Number(payload['targetId'])) ?? ''}]}`;
      default:
        return null;
    }
  }
  server.on('connection', (socket) => {
    current = socket;
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: unknown; payload: Record<string, unknown> };
      const reply = answer(type, payload);
      if (reply !== null) socket.send(reply);
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    load: ({ selfId: self, peers, endMs }) => {
      contacts = peers.map((peer) => ({ ...contactOf(peer), contactId: peer.userId }));
      for (const [index, peer] of peers.entries())
        histories.set(
          peer.userId,
          historyOf(self, peer, endMs - index * 60_000)
            .map(rowOf)
            .join(','),
        );
    },
    push: (message) => {
      if (current === null) throw new Error('nobody is connected');
      const row = rowOf(message);
      const known = histories.get(message.senderId);
      histories.set(message.senderId, known === undefined || known === '' ? row : `${known},${row}`);
      const sentAtMs = Date.now();
      current.send(`{"type":"MESSAGE_RECEIVED_OTHER","payload":${row}}`);
      return sentAtMs;
    },
    caughtUp: async () => {
      while (histories.size === 0 || asked.size < histories.size)
        await new Promise((resolve) => void setTimeout(resolve, pollMs));
    },
    stop: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The next message from this person, after a history of so many. */
export function nextMessage(from: UserId, id: number, content: string): WireMessage {
  return {
    id: id as WireMessage['id'],
    senderId: from,
    receiverId: selfId as UserId,
    content,
    timestampMs: Date.now(),
    status: 'sent',
    type: 'text',
  };
}

function rowOf({ timestampMs, ...row }: WireMessage): string {
  return JSON.stringify({ ...row, timestamp: new Date(timestampMs ?? 0).toISOString() });
}

function frame(type: string, payload: object): string {
  return JSON.stringify({ type, payload });
}
