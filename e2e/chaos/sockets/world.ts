import { rmSync } from 'node:fs';
import { connect } from '../../../src-server/testing/client.ts';
import { startOtherServer } from '../../doubles/other-server.ts';
import { startServer } from '../../fixtures/server.ts';

export type StoredText = { readonly senderId: number; readonly content: string };

/** A server under test, seen from outside. */
export type World = {
  readonly name: string;
  readonly port: number;
  /** Everything two people wrote to each other, as the server keeps it, oldest first. */
  readonly stored: (one: { readonly name: string; readonly id: number }, otherId: number) => Promise<StoredText[]>;
  /** Ends it, with or without a word to anybody, and starts it again on the same port and data after this time. */
  readonly restart: (how: 'stop' | 'kill', awayMs: number) => Promise<void>;
  /** From now on it behaves as well as it can. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

const password = 'correct horse';
const later = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/** Our own server, in a process of its own. @param program the built file of the embedded server. */
export async function createOurWorld(program: string, dataDir: string): Promise<World> {
  let server = await startServer(dataDir, 0, program);
  const { port } = server;
  return {
    name: 'ours',
    port,
    async stored({ name, id }, otherId) {
      const client = await connect(server.url);
      await client.ask('LOGIN', { username: name, password }, 'LOGIN_SUCCESS');
      const rows = await client.ask('LOAD_MESSAGES', { userId: id, targetId: otherId }, 'MESSAGES_LOADED');
      client.socket.terminate();
      return rows as StoredText[];
    },
    async restart(how, awayMs) {
      await server[how]();
      await later(awayMs);
      server = await startServer(dataDir, port, program);
    },
    heal: () => undefined,
    async close() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The server of another make, by chance in one of its moods. */
export async function createOtherWorld(fraction: () => number): Promise<World> {
  const server = await startOtherServer({
    random: fraction,
    // Sixteen in a row and the longest stall together stay below the shortest grace.
    delayMs: Math.floor(fraction() * 13),
    isAckingTwice: fraction() < 0.5,
    isAckingOwnId: fraction() < 0.5,
    cutAfterStore: fraction() < 0.7 ? 0.03 : 0,
  });
  return {
    name: 'another make',
    port: server.port,
    stored: ({ id }, otherId) => {
      const isTheirs = (senderId: number, receiverId: number): boolean =>
        (senderId === id && receiverId === otherId) || (senderId === otherId && receiverId === id);
      return Promise.resolve(server.stored().filter((one) => isTheirs(one.senderId, one.receiverId)));
    },
    async restart(_how, awayMs) {
      await server.stop();
      await later(awayMs);
      await server.start();
    },
    heal: () => server.behave({ cutAfterStore: 0 }),
    close: server.stop,
  };
}
