import { createServer, connect, type Server, type Socket } from 'node:net';
import { createPump, type ChaosFault, type Pump } from './pump.ts';

/** `up` is from the client to the server, `down` the way back. */
export type ChaosDirection = 'up' | 'down';

export type ChaosProxy = {
  readonly port: number;
  /** Connections that the client has not ended. */
  readonly openConnections: () => number;
  /** All connections that were ever accepted. */
  readonly acceptedConnections: () => number;
  /** Bytes passed on in this direction, over all connections. */
  readonly bytesPassed: (direction: ChaosDirection) => number;
  /** Sets the fault of one direction, for present and later connections. `null` heals it; what was held back goes on. */
  readonly setFault: (direction: ChaosDirection, fault: ChaosFault | null) => void;
  /** Lets `byteCount` more bytes pass in this direction, then cuts the connection that carried them. Works once. */
  readonly cutAfter: (direction: ChaosDirection, byteCount: number) => void;
  /** Closes all present connections in order (FIN). */
  readonly cut: () => void;
  /** Ends all present connections with a RST. */
  readonly reset: () => void;
  /** Ends one direction of all present connections, the other stays open. */
  readonly halfClose: (direction: ChaosDirection) => void;
  /** Refuses new connections (closed port), or accepts them again on the same port. */
  readonly refuse: (isRefusing: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Pair = { readonly client: Socket; readonly server: Socket; readonly pumps: Record<ChaosDirection, Pump> };

/** A TCP proxy on loopback that fails on command (safety §2). Faults take effect at once. */
export async function createChaosProxy(options: { readonly targetPort: number }): Promise<ChaosProxy> {
  const pairs = new Set<Pair>();
  const faults: Record<ChaosDirection, ChaosFault | null> = { up: null, down: null };
  const allowances: Record<ChaosDirection, number | null> = { up: null, down: null };
  const passed: Record<ChaosDirection, number> = { up: 0, down: 0 };
  let accepted = 0;

  /** How many of these bytes may pass before the scripted cut, counting them. */
  function allow(direction: ChaosDirection, byteCount: number): number {
    const left = allowances[direction];
    const allowed = left === null ? byteCount : Math.min(left, byteCount);
    if (left !== null) allowances[direction] = left - allowed;
    passed[direction] += allowed;
    return allowed;
  }

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    accepted += 1;
    const server = connect({ port: options.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const pump = (direction: ChaosDirection, from: Socket, to: Socket): Pump =>
      createPump(from, to, {
        fault: () => faults[direction],
        allow: (byteCount) => allow(direction, byteCount),
        onSpent: () => {
          allowances[direction] = null;
          end(pair);
        },
      });
    const pair: Pair = {
      client,
      server,
      pumps: { up: pump('up', client, server), down: pump('down', server, client) },
    };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      // A black hole swallows the end of a connection too: the other side goes on believing in it.
      const direction = socket === client ? 'up' : 'down';
      socket.on('close', () => {
        if (faults[direction]?.kind !== 'blackhole') end(pair);
      });
    }
  });

  function end(pair: Pair, how: (socket: Socket) => void = (socket) => socket.destroy()): void {
    pairs.delete(pair);
    pair.pumps.up.stop();
    pair.pumps.down.stop();
    how(pair.client);
    how(pair.server);
  }

  const port = await listen(listener, 0);
  const all = (): Pair[] => [...pairs];
  return {
    port,
    openConnections: () => all().filter(({ client }) => !client.destroyed && !client.readableEnded).length,
    acceptedConnections: () => accepted,
    bytesPassed: (direction) => passed[direction],
    setFault: (direction, fault) => {
      faults[direction] = fault;
      for (const pair of all()) pair.pumps[direction].update();
    },
    cutAfter: (direction, byteCount) => {
      allowances[direction] = byteCount;
    },
    cut: () => all().forEach((pair) => end(pair)),
    reset: () => all().forEach((pair) => end(pair, (socket) => socket.resetAndDestroy())),
    halfClose: (direction) =>
      all().forEach((pair) => {
        pair.pumps[direction].stop();
        (direction === 'up' ? pair.server : pair.client).end();
      }),
    refuse: async (isRefusing) => {
      if (isRefusing === !listener.listening) return;
      if (isRefusing) listener.close();
      else await listen(listener, port);
    },
    close: async () => {
      all().forEach((pair) => end(pair));
      if (!listener.listening) return;
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
