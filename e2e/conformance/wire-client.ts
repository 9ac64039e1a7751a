import { WebSocket } from 'ws';

/** A frame as it came, before anybody interpreted it: this kit looks at the letter of the wire. */
export type WireFrame = { readonly type: string; readonly payload: unknown };

export type WireClient = {
  readonly send: (type: string, payload: Readonly<Record<string, unknown>>) => void;
  /** Sends `data` as one text message, in as many fragments as there are pieces, or as one binary message. */
  readonly sendRaw: (data: string | Uint8Array | readonly (string | Uint8Array)[]) => void;
  /** Takes the first frame that matches out of what has come or comes. @throws after the timeout, saying what came. */
  readonly next: (says: string, matches: (frame: WireFrame) => boolean) => Promise<WireFrame>;
  /** Takes everything that has come and nobody has asked for. */
  readonly drain: () => readonly WireFrame[];
  /** Resolves when the server has read what was sent and had `graceMs` to act on it, or has closed the connection. */
  readonly settle: () => Promise<void>;
  readonly isOpen: () => boolean;
  readonly close: () => Promise<void>;
};

export type Timing = {
  /** For a reply that must come. */
  readonly timeoutMs: number;
  /** For something that must not come: nothing but waiting can show that. */
  readonly graceMs: number;
};

type Waiter = { readonly matches: (frame: WireFrame) => boolean; readonly take: (frame: WireFrame) => void };

/** Opens a connection. @throws where it cannot be had in time. */
export async function connectWire(url: string, { timeoutMs, graceMs }: Timing): Promise<WireClient> {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: timeoutMs });
  const inbox: WireFrame[] = [];
  const waiters = new Set<Waiter>();

  socket.on('message', (data, isBinary) => {
    const frame = isBinary ? { type: '(binary)', payload: undefined } : parseFrame((data as Buffer).toString('utf8'));
    for (const waiter of waiters) {
      if (!waiter.matches(frame)) continue;
      waiters.delete(waiter);
      waiter.take(frame);
      return;
    }
    inbox.push(frame);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  // From here on a failure is a close, which whoever waits will see as a timeout or not at all.
  socket.on('error', () => undefined);

  const isOpen = () => socket.readyState === WebSocket.OPEN;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const afterMs = (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs).unref());

  return {
    send: (type, payload) => socket.send(JSON.stringify({ type, payload })),
    sendRaw(data) {
      if (typeof data === 'string' || data instanceof Uint8Array) return socket.send(data);
      for (const [index, piece] of data.entries()) {
        socket.send(piece, { binary: false, fin: index === data.length - 1 });
      }
    },
    async next(says, matches) {
      const index = inbox.findIndex(matches);
      if (index !== -1) return inbox.splice(index, 1)[0]!;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          const came = inbox.map(({ type }) => type).join(', ') || 'nothing';
          reject(new Error(`no ${says} within ${timeoutMs} ms; came: ${came}${isOpen() ? '' : '; closed'}`));
        }, timeoutMs);
        const waiter: Waiter = {
          matches,
          take(frame) {
            clearTimeout(timer);
            resolve(frame);
          },
        };
        waiters.add(waiter);
      });
    },
    drain: () => inbox.splice(0),
    async settle() {
      if (!isOpen()) return;
      const answered = new Promise<void>((resolve) => {
        socket.once('pong', () => resolve());
      });
      socket.ping();
      await Promise.race([answered, closed, afterMs(timeoutMs)]);
      await Promise.race([closed, afterMs(graceMs)]);
    },
    isOpen,
    async close() {
      socket.close();
      await Promise.race([closed, afterMs(timeoutMs)]);
      socket.terminate();
    },
  };
}

function parseFrame(text: string): WireFrame {
  try {
    const value = JSON.parse(text) as Partial<WireFrame> | null;
    if (typeof value?.type === 'string') return { type: value.type, payload: value.payload };
  } catch {
    // Reported by its type, where somebody waits for something else.
  }
  return { type: '(no frame)', payload: text };
}
