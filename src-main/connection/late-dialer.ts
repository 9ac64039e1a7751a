import type { Dial, DialedSocket } from './dialer.ts';

/**
 * A dialer that is loaded when the first socket is dialed: what it needs of Node takes its time, and the first page does
 * not wait for it. Until it is there a socket behaves as one that has not opened yet.
 */
export function createLateDialer(load: () => Promise<Dial>): Dial {
  return (url, events) => {
    let socket: DialedSocket | null = null;
    let isOver = false;

    async function dial(): Promise<void> {
      try {
        const loaded = await load();
        if (!isOver) socket = loaded(url, events);
      } catch {
        if (!isOver) events.closed({ code: 1006, cause: 'unexpected' });
      }
    }

    /** Nothing was dialed: there is no end to wait for but this one. */
    function stop(how: (dialed: DialedSocket) => void): void {
      if (socket !== null) return how(socket);
      if (isOver) return;
      isOver = true;
      queueMicrotask(() => events.closed({ code: 1006, cause: 'offline' }));
    }

    void dial();
    return {
      write: (text) => socket?.write(text) ?? Promise.resolve(false),
      writeFragment: (text, isLast) => socket?.writeFragment(text, isLast) ?? Promise.resolve(false),
      ping: () => socket?.ping(),
      setPaused: (isPaused) => socket?.setPaused(isPaused),
      bytesRead: () => socket?.bytesRead() ?? 0,
      bytesTaken: () => socket?.bytesTaken() ?? 0,
      close: (code) => stop((dialed) => dialed.close(code)),
      terminate: () => stop((dialed) => dialed.terminate()),
    };
  };
}
