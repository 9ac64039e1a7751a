import type { Socket } from 'node:net';

/** What can be wrong with one direction of a connection. */
export type ChaosFault =
  /** Nothing is read: the sender's buffers fill up. Nothing is lost. */
  | { readonly kind: 'stall' }
  /** Everything is read and thrown away, the end of the connection included. */
  | { readonly kind: 'blackhole' }
  /** Every chunk arrives this much later, in order. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Bytes pass at this rate. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

export type PumpRules = {
  readonly fault: () => ChaosFault | null;
  /** How many of `byteCount` bytes may pass. Fewer than asked: the connection is cut behind them. */
  readonly allow: (byteCount: number) => number;
  /** The allowance was used up. */
  readonly onSpent: () => void;
};

/** Moves the bytes of one direction by the rules of the moment. */
export type Pump = {
  /** Looks at the rules again. */
  readonly update: () => void;
  readonly stop: () => void;
};

const throttleSliceMs = 20;

/** Starts moving bytes from one socket to the other. */
export function createPump(from: Socket, to: Socket, rules: PumpRules): Pump {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let queue: Promise<void> = Promise.resolve();
  let isStopped = false;
  let isBusy = false;

  function later(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, delayMs);
      timers.add(timer);
    });
  }

  function room(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        to.off('drain', goOn).off('close', goOn);
        resolve();
      };
      to.on('drain', goOn).on('close', goOn);
    });
  }

  /** Writes, and waits until the other side has room. */
  async function write(bytes: Buffer): Promise<void> {
    if (isStopped || to.destroyed) return;
    const allowed = rules.allow(bytes.length);
    if (allowed === bytes.length) {
      if (!to.write(bytes)) await room();
      return;
    }
    to.write(bytes.subarray(0, allowed), () => rules.onSpent());
  }

  async function move(bytes: Buffer): Promise<void> {
    const fault = rules.fault();
    if (fault?.kind === 'blackhole') return;
    if (fault?.kind !== 'throttle') return write(bytes);
    const sliceBytes = Math.max(1, Math.round((fault.bytesPerSecond * throttleSliceMs) / 1_000));
    for (let offset = 0; offset < bytes.length; offset += sliceBytes) {
      // Once the fault is healed, the rest goes on without a wait.
      if (rules.fault()?.kind === 'throttle') await later(throttleSliceMs);
      await write(bytes.subarray(offset, offset + sliceBytes));
    }
  }

  function update(): void {
    const isPaused = isStopped || isBusy || rules.fault()?.kind === 'stall';
    if (isPaused) from.pause();
    else from.resume();
  }

  async function pass(before: Promise<void>, due: Promise<void> | null, bytes: Buffer): Promise<void> {
    await before;
    await due;
    await move(bytes);
    isBusy = false;
    if (!isStopped) update();
  }

  async function passEnd(): Promise<void> {
    await queue;
    if (!isStopped && rules.fault()?.kind !== 'blackhole') to.end();
  }

  from.on('data', (bytes: Buffer) => {
    if (isStopped) return;
    const fault = rules.fault();
    const due = fault?.kind === 'delay' ? later(fault.delayMs) : null;
    // One chunk at a time, so that the sender feels the other side's pace. Late chunks are under way together.
    isBusy = due === null;
    update();
    queue = pass(queue, due, bytes);
  });
  from.on('end', () => void passEnd());

  update();
  return {
    update,
    stop: () => {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
