import type { Cancel } from '../../../src-main/ports.ts';

/** Time that passes only when it is told to: what was planned happens in order, with everything it sets in motion. */
export type VirtualTime = {
  /** Milliseconds since the beginning of the run. */
  readonly nowMs: () => number;
  /** Plans `callback`; what is planned for the same moment happens in the order of planning. */
  readonly after: (delayMs: number, callback: () => void) => Cancel;
  /** Lets time pass until `untilMs`, or until `isEnough` says so after some event. */
  readonly runUntil: (untilMs: number, isEnough?: () => boolean) => Promise<void>;
};

type Planned = { readonly dueMs: number; readonly order: number; callback: (() => void) | null };

export function createVirtualTime(): VirtualTime {
  const heap: Planned[] = [];
  let elapsedMs = 0;
  let lastOrder = 0;

  async function runUntil(untilMs: number, isEnough: () => boolean = () => false): Promise<void> {
    await settled();
    for (let next = heap[0]; next !== undefined && next.dueMs <= untilMs; next = heap[0]) {
      removeFirst(heap);
      if (next.callback === null) continue;
      elapsedMs = next.dueMs;
      next.callback();
      await settled();
      if (isEnough()) return;
    }
    elapsedMs = Math.max(elapsedMs, untilMs);
  }

  return {
    nowMs: () => elapsedMs,
    after: (delayMs, callback) => {
      lastOrder += 1;
      const planned: Planned = { dueMs: elapsedMs + Math.max(0, delayMs), order: lastOrder, callback };
      insert(heap, planned);
      return () => {
        planned.callback = null;
      };
    },
    runUntil,
  };
}

/** Everything that only waits for promises has happened: nothing in a run waits for the real world. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const isBefore = (one: Planned, other: Planned): boolean =>
  one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);

function insert(heap: Planned[], planned: Planned): void {
  let index = heap.length;
  heap.push(planned);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(planned, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = planned;
}

function removeFirst(heap: Planned[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
}
