import type { Random } from '../../../src-shared/protocol/random.ts';
import type { Dial } from '../../../src-main/connection/dialer.ts';
import { longestStallMs } from './schedule.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The server's end of a connection. */
export type Wire = {
  readonly id: number;
  readonly send: (text: string) => void;
  /** The server goes away. */
  readonly close: (code: number) => void;
  /** Its client left it longer ago than any stall lasts: what of it was not dealt with is lost. */
  readonly isLate: () => boolean;
};
/** What the network tells a server. Frames come in order, and even after the client has gone (a stall). */
export type Server = {
  readonly opened: (wire: Wire) => void;
  readonly received: (wire: Wire, text: string) => void;
  readonly closed: (wire: Wire) => void;
};

/** The connections between one client and the server, and all that can happen to them. */
export type Network = {
  /** @param enter runs what arrives inside the client; nothing happens where that client is dead. */
  readonly dialFor: (enter: (arrival: () => void) => void, onWrite: () => void) => Dial;
  /** Cuts every connection: what is under way may still arrive, as much and as late as chance has it. */
  readonly reset: (code?: number) => void;
  /** The client's process is gone, and its sockets with it. */
  readonly abandon: () => void;
  readonly dropDownstream: () => void;
  readonly dropAll: () => void;
  readonly stall: (way: 'up' | 'down' | 'both', forMs: number) => void;
  /** Nobody listens for so long. */
  readonly refuse: (forMs: number) => void;
  /** No fault is in force any more. */
  readonly heal: () => void;
  readonly isQuiet: () => boolean;
};

type Connection = {
  readonly wire: Wire;
  isOpen: boolean;
  /** Null as long as the client has it. */
  leftAtMs: number | null;
  /** Of what was sent before it was left, so many frames still arrive. */
  arrivals: number;
  /** Frames on their way up: each is delivered in its turn, whichever of the planned moments comes first. */
  readonly up: string[];
  upAtMs: number;
  downAtMs: number;
  dropsUp: boolean;
  dropsDown: boolean;
  readonly end: (code: number) => void;
};

const latenciesMs = [1, 1, 1, 2, 8, 40] as const;

export function createNetwork(
  time: VirtualTime,
  random: Random,
  server: Server,
  tell: (what: string) => void,
): Network {
  const connections = new Set<Connection>();
  let refusedUntilMs = -1;
  let lastId = 0;
  const latency = (): number => random.pick(latenciesMs);

  /** The client has let go of it, or was made to: the server learns of that in its own time. */
  function leave(connection: Connection): void {
    if (connection.leftAtMs !== null) return;
    connection.leftAtMs = time.nowMs();
    connection.arrivals = random.pick([0, 1, 2, 100]);
    const stallMs = random.oneIn(3) ? random.below(longestStallMs - 50) : latency();
    connection.upAtMs = Math.max(connection.upAtMs, time.nowMs() + (connection.arrivals === 0 ? 0 : stallMs));
    time.after(stallMs + 40, () => {
      connections.delete(connection);
      server.closed(connection.wire);
    });
  }

  function carryUp(connection: Connection, text: string): void {
    if (connection.dropsUp || !connection.isOpen) return;
    connection.up.push(text);
    const planned = (): void => {
      if (connection.dropsUp) return;
      const { leftAtMs, upAtMs } = connection;
      if (leftAtMs !== null) {
        if (connection.wire.isLate() || connection.arrivals === 0) return;
        // It was under way when the connection was left: then it takes until the stall is over.
        if (time.nowMs() < upAtMs) return void time.after(upAtMs - time.nowMs(), planned);
        connection.arrivals -= 1;
      }
      const frame = connection.up.shift() ?? '';
      tell(`  ${connection.wire.id} -> ${frame}`);
      server.received(connection.wire, frame);
    };
    connection.upAtMs = Math.max(connection.upAtMs, time.nowMs() + latency());
    time.after(connection.upAtMs - time.nowMs(), planned);
  }

  const dialFor: Network['dialFor'] = (enter, onWrite) => (_url, events) => {
    let bytesRead = 0;
    let bytesTaken = 0;
    let isOver = false;
    const fragments: Uint8Array[] = [];
    const end = (code: number): void =>
      enter(() => {
        if (isOver) return;
        isOver = true;
        tell(`  closed ${code}`);
        events.closed({ code, cause: 'offline' });
      });
    const carryDown = (arrive: () => void): void => {
      if (connection.dropsDown || connection.leftAtMs !== null) return;
      connection.downAtMs = Math.max(connection.downAtMs, time.nowMs() + latency());
      time.after(connection.downAtMs - time.nowMs(), () => {
        if (connection.leftAtMs === null && !connection.dropsDown) enter(() => !isOver && arrive());
      });
    };
    const receive = (byteCount: number, tell: () => void): void =>
      carryDown(() => {
        bytesRead += byteCount;
        tell();
      });
    const close = (code: number): void => {
      if (connection.leftAtMs !== null) return;
      connection.downAtMs = Math.max(connection.downAtMs, time.nowMs() + latency());
      // What was sent before the close arrives before it.
      time.after(connection.downAtMs - time.nowMs(), () => {
        if (connection.dropsDown || connection.leftAtMs !== null) return;
        leave(connection);
        end(code);
      });
    };
    const connection: Connection = {
      wire: {
        id: (lastId += 1),
        send: (text) =>
          receive(text.length, () => {
            tell(`  ${connection.wire.id} <- ${text}`);
            events.frame(Buffer.from(text));
          }),
        close,
        isLate: () => connection.leftAtMs !== null && time.nowMs() > connection.leftAtMs + longestStallMs,
      },
      isOpen: false,
      leftAtMs: null,
      arrivals: 100,
      up: [],
      upAtMs: 0,
      downAtMs: 0,
      dropsUp: false,
      dropsDown: false,
      end,
    };
    connections.add(connection);
    const gone = (delayMs: number): void => {
      leave(connection);
      time.after(delayMs, () => end(1006));
    };
    time.after(latency(), () => {
      if (connection.leftAtMs !== null) return;
      if (time.nowMs() < refusedUntilMs) return gone(0);
      connection.isOpen = true;
      server.opened(connection.wire);
      carryDown(() => events.opened(null));
    });
    return {
      write: (text) => {
        if (isOver || connection.leftAtMs !== null) return Promise.resolve(false);
        bytesTaken += text.length;
        carryUp(connection, text);
        onWrite();
        return Promise.resolve(true);
      },
      writeFragment: (part, isLast) => {
        if (isOver || connection.leftAtMs !== null) return Promise.resolve(false);
        bytesTaken += part.length;
        fragments.push(Buffer.from(part));
        // The server hears of a message when it is whole.
        if (isLast) carryUp(connection, Buffer.concat(fragments.splice(0)).toString());
        onWrite();
        return Promise.resolve(true);
      },
      ping: () => {
        const pong = (): void => receive(2, events.ponged);
        if (!connection.dropsUp) time.after(Math.max(latency(), connection.upAtMs - time.nowMs()), pong);
      },
      // Frames this small are read as they come.
      setPaused: () => {},
      bytesRead: () => bytesRead,
      bytesTaken: () => bytesTaken,
      close: () => gone(latency()),
      terminate: () => gone(0),
    };
  };

  const each = (work: (connection: Connection) => void): void => {
    for (const connection of connections) if (connection.leftAtMs === null) work(connection);
  };

  return {
    dialFor,
    reset: (code = 1006) =>
      each((connection) => {
        leave(connection);
        connection.end(code);
      }),
    abandon: () => each(leave),
    dropDownstream: () => each((connection) => void (connection.dropsDown = true)),
    dropAll: () => each((connection) => Object.assign(connection, { dropsUp: true, dropsDown: true })),
    stall: (way, forMs) =>
      each((connection) => {
        const untilMs = time.nowMs() + forMs;
        if (way !== 'down') connection.upAtMs = Math.max(connection.upAtMs, untilMs);
        if (way !== 'up') connection.downAtMs = Math.max(connection.downAtMs, untilMs);
      }),
    refuse: (forMs) => {
      refusedUntilMs = Math.max(refusedUntilMs, time.nowMs() + forMs);
    },
    heal: () => {
      refusedUntilMs = -1;
    },
    isQuiet: () => [...connections].every(({ leftAtMs }) => leftAtMs === null),
  };
}
