import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import { decodeClientFrame, encodeServerFrame } from '../../../src-shared/protocol/codec.ts';
import type { ClientFrame, ServerFrame } from '../../../src-shared/protocol/frames.ts';
import type { Dial, SocketEnd, SocketEvents } from '../dialer.ts';

/** One socket as the test sees it: it plays the server and the network. */
export type FakeSocket = {
  readonly url: ServerUrl;
  readonly events: SocketEvents;
  readonly written: ClientFrame[];
  /** Lengths of the fragments that were written, the present message's and all before. */
  readonly fragments: number[];
  /** From now on the system takes fragments only as the test lets it: how many more. */
  readonly holdFragments: () => (count: number) => void;
  readonly pings: () => number;
  readonly isTerminated: () => boolean;
  readonly isPaused: () => boolean;
  readonly closedWith: () => number | null;
  readonly open: (maxFileBytes?: number) => void;
  readonly say: (frame: ServerFrame) => void;
  readonly pong: () => void;
  /** The socket is gone. */
  readonly end: (end?: Partial<SocketEnd>) => void;
  /** Bytes came in that are no whole frame yet. */
  readonly receive: (byteCount: number) => void;
  /** The system took bytes. */
  readonly take: (byteCount: number) => void;
};

export type FakeDial = {
  readonly dial: Dial;
  readonly sockets: readonly FakeSocket[];
  readonly last: () => FakeSocket;
  /** From now on sockets do not report that they are closed when they are told to. */
  readonly holdCloses: () => void;
};

/** A dialer whose sockets do only what the test says, but for the end of those that are terminated. */
export function createFakeDial(): FakeDial {
  const sockets: FakeSocket[] = [];
  let holdsCloses = false;

  const dial: Dial = (url, events) => {
    const written: ClientFrame[] = [];
    const fragments: number[] = [];
    let unfinished = '';
    let held: (() => void)[] | null = null;
    let pings = 0;
    let bytesRead = 0;
    let bytesTaken = 0;
    let isTerminated = false;
    let isPaused = false;
    let closedWith: number | null = null;
    let isOver = false;
    const end = (end: Partial<SocketEnd> = {}): void => {
      if (isOver) return;
      isOver = true;
      for (const release of held ?? []) release();
      events.closed({ code: 1006, cause: 'offline', ...end });
    };
    sockets.push({
      url,
      events,
      written,
      fragments,
      holdFragments: () => {
        held = [];
        return (count) => {
          for (let released = 0; released < count; released += 1) held?.shift()?.();
        };
      },
      pings: () => pings,
      isTerminated: () => isTerminated,
      isPaused: () => isPaused,
      closedWith: () => closedWith,
      open: (maxFileBytes) => events.opened(maxFileBytes ?? null),
      say: (frame) => {
        bytesRead += 100;
        events.frame(new TextEncoder().encode(encodeServerFrame(frame)));
      },
      pong: () => {
        bytesRead += 2;
        events.ponged();
      },
      end,
      receive: (byteCount) => {
        bytesRead += byteCount;
      },
      take: (byteCount) => {
        bytesTaken += byteCount;
      },
    });
    function read(text: string): void {
      if (unfinished !== '') throw new Error('a frame was written into another one');
      const frame = decodeClientFrame(text);
      if (!frame.ok) throw new Error(`a frame that cannot be read was written: ${frame.error.reason}`);
      written.push(frame.value);
    }
    return {
      write: (text) => {
        read(text);
        return Promise.resolve(!isOver);
      },
      writeFragment: async (text, isLast) => {
        if (isOver) return false;
        fragments.push(text.length);
        unfinished += Buffer.from(text).toString();
        if (held !== null) await new Promise<void>((resolve) => void held?.push(resolve));
        if (isOver) return false;
        bytesTaken += text.length;
        if (!isLast) return true;
        const whole = unfinished;
        unfinished = '';
        read(whole);
        return true;
      },
      ping: () => {
        pings += 1;
      },
      setPaused: (value) => {
        isPaused = value;
      },
      bytesRead: () => bytesRead,
      bytesTaken: () => bytesTaken,
      close: (code) => {
        closedWith = code;
        if (!holdsCloses) queueMicrotask(() => end({ code }));
      },
      terminate: () => {
        isTerminated = true;
        if (!holdsCloses) queueMicrotask(end);
      },
    };
  };

  return {
    dial,
    sockets,
    last: () => {
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error('nothing was dialed');
      return socket;
    },
    holdCloses: () => {
      holdsCloses = true;
    },
  };
}
