/** Lets so many at a time, the most urgent of those who wait first. */
export type Slots = {
  /**
   * Resolves once there is room, with what gives it back when called; or with null once `signal` has ended the wait.
   * @param urgency asked anew each time somebody is let in: larger goes first.
   */
  readonly take: (urgency: () => number, signal: AbortSignal) => Promise<(() => void) | null>;
};

export function createSlots(count: number): Slots {
  type Waiting = { readonly urgency: () => number; readonly enter: () => void };
  const waiting: Waiting[] = [];
  let free = count;

  function admit(): void {
    while (free > 0 && waiting.length > 0) {
      const next = waiting.reduce((first, other) => (other.urgency() > first.urgency() ? other : first));
      waiting.splice(waiting.indexOf(next), 1);
      free -= 1;
      next.enter();
    }
  }

  function leave(): void {
    free += 1;
    admit();
  }

  return {
    take: (urgency, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(null);
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(own), 1);
          resolve(null);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        };
        const own: Waiting = { urgency, enter };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(own);
        admit();
      }),
  };
}
